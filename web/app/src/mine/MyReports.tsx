import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useCalmly, useEvents, useLoad } from "../api/hooks";
import { client } from "../api/client";
import { connection } from "../api/live";
import { session } from "../api/session";
import { loadCategories } from "../lapor/categories";
import { startOutbox } from "../lapor/outbox";
import { load } from "../lapor/store";
import { formatShortMoment } from "../texts/format";
import { words } from "../texts/words";
import { CategoryIcon, Icon } from "../ui/Icon";
import { StatusBadge } from "../ui/marks";
import { PageTitle } from "../ui/PageTitle";
import { Ago, Failed, Notice, Skeletons } from "../ui/parts";
import { newestNews, unreadCount } from "./counts";
import { MY_NEWS, MY_REPORTS, MY_REPORTS_CHANGED, type MyReport, type NewsItem } from "./documents";
import { followNews, markRead, newsWords } from "./news";
import { learnPush } from "./push";
import { PushSwitch } from "./PushSwitch";
import { t } from "./texts";
import { Unsent } from "./Unsent";
import "./mine.css";

/** The reports of the person, on the route `/laporan`: what is not sent yet first, then the news, then all, live. */
export function MyReports() {
  useEffect(() => {
    startOutbox();
    followNews();
    void load();
    void loadCategories();
    void learnPush();
  }, []);
  const isIn = session.signedIn.value;
  return (
    <main id="content" class="page narrow stack mine">
      <PageTitle title={t().title} />
      <Unsent />
      {isIn ? <Mine /> : <SignedOut />}
    </main>
  );
}

function SignedOut() {
  return (
    <Notice icon="person" title={t().signedOut}>
      <p>{t().signedOutBody}</p>
      <a class="button" href="/masuk?next=/laporan">
        {t().signIn}
      </a>
    </Notice>
  );
}

function Mine() {
  return (
    <>
      <News />
      <PushSwitch />
      <Sent />
    </>
  );
}

/** Load again what could not be loaded, once the service can be reached. */
function useAgain(failed: boolean, reload: () => void): void {
  const isLive = connection.value === "live";
  useEffect(() => {
    if (isLive && failed) reload();
  }, [isLive]);
}

/** Whether this tab is the one that is seen. */
function useShown(): boolean {
  const [isShown, setShown] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setShown(!document.hidden);
    addEventListener("visibilitychange", look);
    return () => removeEventListener("visibilitychange", look);
  }, []);
  return isShown;
}

const NEWS = 5;
const MORE_NEWS = 50;
/** Milliseconds for which news are on the screen before they count as read. */
const READ = 2_000;

function News() {
  const [first, setFirst] = useState(NEWS);
  const { data, failed, reload } = useLoad(MY_NEWS, { first });
  const reloadCalmly = useCalmly(reload, 1000);
  useAgain(failed, reload);
  const unread = unreadCount.value;
  const seen = useRef(0);
  // What was unread when it came stays marked as new while the page is open.
  seen.current = Math.max(seen.current, unread);
  const news = data?.viewer?.news.edges.map(({ node }) => node) ?? [];
  const newest = news[0]?.id;
  const isLoaded = data !== undefined;
  // Not by the count: news that were read on another device at once leave it as it was.
  useEffect(() => {
    if (isLoaded && newestNews.value !== newest) reloadCalmly();
  }, [newestNews.value, newest, isLoaded]);
  const isShown = useShown();
  useEffect(() => {
    if (!newest || !isShown) return;
    const timer = setTimeout(() => void markRead(news), READ);
    return () => clearTimeout(timer);
  }, [newest, unread, isShown]);
  if (failed) return <Failed again={reload} />;
  return (
    <section class="stack" aria-labelledby="news">
      <div class="spread">
        <h2 id="news">{t().news}</h2>
        <span class="muted small" role="status">
          {unread > 0 && t().unread(unread)}
        </span>
      </div>
      {!data && <Skeletons count={2} height="4rem" />}
      {data && news.length === 0 && <p class="muted">{t().noNews}</p>}
      <ul class="news">
        {news.map((item, index) => (
          <NewsLine key={item.id} item={item} isNew={index < seen.current} />
        ))}
      </ul>
      {data?.viewer?.news.pageInfo.hasNextPage && first === NEWS && (
        <button type="button" class="button plain start" onClick={() => setFirst(MORE_NEWS)}>
          {t().moreNews}
        </button>
      )}
    </section>
  );
}

function NewsLine({ item, isNew }: { item: NewsItem; isNew: boolean }) {
  const { says, quote } = newsWords(item);
  return (
    <li data-new={isNew}>
      <a href={item.report ? `/laporan/${item.report.number}` : "/laporan"}>
        <p class="spread">
          <strong>{says}</strong>
          <span class="muted small">
            {isNew && <span class="new">{t().fresh}</span>} <Ago at={item.at} />
          </span>
        </p>
        {quote && <p class="quote">{quote}</p>}
        <p class="muted small clip">{item.report?.title}</p>
      </a>
    </li>
  );
}

function Sent() {
  const { data, failed, reload } = useLoad(MY_REPORTS, { after: null });
  const [older, setOlder] = useState<readonly MyReport[]>([]);
  const [end, setEnd] = useState<string | null>();
  const reloadCalmly = useCalmly(reload, 1000);
  useAgain(failed, reload);
  const edges = data?.reports.edges;
  const known = useMemo(() => new Set(edges?.map(({ node }) => node.id)), [edges]);
  useEvents(
    MY_REPORTS_CHANGED,
    data ? { after: data.reports.cursor } : null,
    ({ myReportsChanged: { kind } }) => {
      if (kind === "SUBMITTED" || kind === "HIDDEN" || kind === "UNHIDDEN") reloadCalmly();
    },
    reload,
  );
  const cursor = end === undefined ? data?.reports.pageInfo.endCursor : end;
  const hasMore = end === undefined ? data?.reports.pageInfo.hasNextPage : end !== null;
  const loadMore = async () => {
    const page = await client
      .peek()
      .query(MY_REPORTS, { after: cursor ?? null }, {})
      .toPromise();
    if (!page.data) return;
    const { edges: further, pageInfo } = page.data.reports;
    setOlder((before) => [...before, ...further.map(({ node }) => node)]);
    setEnd(pageInfo.hasNextPage ? pageInfo.endCursor : null);
  };
  if (failed) return <Failed again={reload} />;
  if (!edges) return <Skeletons count={4} height="5.5rem" />;
  if (edges.length === 0)
    return (
      <Notice icon="campaign" title={t().none}>
        <p>{t().noneBody}</p>
        <a class="button large" href="/lapor">
          <Icon name="add" />
          {t().report}
        </a>
      </Notice>
    );
  return (
    <section class="stack" aria-labelledby="sent">
      <h2 id="sent">{t().sent}</h2>
      <ul class="stack lines">
        {edges.map(({ node }) => (
          <Line key={node.id} report={node} />
        ))}
        {older
          .filter(({ id }) => !known.has(id))
          .map((report) => (
            <Line key={report.id} report={report} />
          ))}
      </ul>
      {hasMore && (
        <button type="button" class="button quiet" onClick={() => void loadMore()}>
          {words().more}
        </button>
      )}
    </section>
  );
}

function Line({ report }: { report: MyReport }) {
  const photo = report.photos[0];
  const counts = [
    report.supportCount > 0 && t().supporters(report.supportCount),
    report.commentCount > 0 && t().comments(report.commentCount),
  ].filter(Boolean);
  return (
    <li>
      <a class="card line" href={`/laporan/${report.number}`}>
        {photo ? (
          <img src={photo.thumbnailUrl} alt="" width="64" height="64" loading="lazy" />
        ) : (
          <CategoryIcon icon={report.category.icon} colour={report.category.colour} />
        )}
        <div class="stack about">
          <strong>{report.title}</strong>
          <p class="row small">
            <StatusBadge status={report.status} />
            {report.overdue && <span class="late">{t().late}</span>}
          </p>
          <p class="muted small">
            {[report.kelurahan.name, ...counts].join(" · ")} · <Ago at={report.submittedAt} />
          </p>
          {!report.respondedAt && !report.overdue && (
            <p class="muted small">{t().dueBy(formatShortMoment(report.responseDueAt))}</p>
          )}
        </div>
        <Icon name="chevron_right" />
      </a>
    </li>
  );
}
