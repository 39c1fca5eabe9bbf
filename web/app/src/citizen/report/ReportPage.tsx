import { useRoute } from "preact-iso";
import { useMemo } from "preact/hooks";
import { useEvents, useLoad } from "../../api/hooks";
import { CityMap } from "../../map";
import { CommentForm } from "../../report/CommentForm";
import { REPORT_BY_NUMBER, REPORT_CHANGED, type ReportDetail } from "../../report/documents";
import { BeforeAfter, Photos } from "../../report/Photos";
import { Timeline } from "../../report/Timeline";
import { t as reportTexts } from "../../report/texts";
import { words } from "../../texts/words";
import { CategoryIcon, Icon } from "../../ui/Icon";
import { StatusBadge, StatusMark } from "../../ui/marks";
import { PageTitle } from "../../ui/PageTitle";
import { Ago, Failed, Skeletons } from "../../ui/parts";
import { Menu } from "./Menu";
import { Promises } from "./Promises";
import { Rating, Reopening } from "./Rating";
import { Support } from "./Support";
import { t } from "./texts";
import "./ReportPage.css";

/** The public page of a report: it follows what happens to it. */
export default function ReportPage() {
  const number = useRoute().params["number"] ?? "";
  return <OneReport key={number} number={number} />;
}

function OneReport({ number }: { number: string }) {
  const { data, failed, reload } = useLoad(REPORT_BY_NUMBER, { number });
  const report = data?.report;
  useEvents(
    REPORT_CHANGED,
    report ? { id: report.id, after: report.cursor } : null,
    ({ reportChanged }) => {
      // Hidden, or shown again: who may see it is for the service to say.
      if (!reportChanged.report || reportChanged.kind === "HIDDEN") reload();
    },
    reload,
  );
  if (failed) return <Alone children={<Failed again={reload} />} />;
  if (!data) return <Alone children={<Skeletons count={5} height="7rem" />} />;
  if (!report) return <Missing />;
  return <Shown report={report} />;
}

function Alone({ children }: { children: preact.ComponentChildren }) {
  return (
    <main id="content" class="page">
      {children}
    </main>
  );
}

/** A report that is not there and one that may not be seen look alike. */
function Missing() {
  return (
    <main id="content" class="page narrow">
      <div class="notice">
        <Icon name="search" />
        <PageTitle title={t().notFound} />
        <p>{t().notFoundHint}</p>
        <a class="button" href="/">
          {t().search}
        </a>
      </div>
    </main>
  );
}

function Shown({ report }: { report: ReportDetail }) {
  const { permissions, status, resolution, photos, proof, title } = report;
  const isFixed = status === "PROCESSED" && resolution === "FIXED";
  return (
    <main id="content" class="page report">
      <div class="report-head stack">
        <p class="small muted number">{report.number}</p>
        <PageTitle title={title} />
        {report.hidden && (
          <p class="card row">
            <Icon name="visibility_off" />
            {t().hidden}
          </p>
        )}
        <Standing report={report} />
        <Promises report={report} />
        {isFixed && report.rating !== null && <Stars stars={report.rating} />}
        {permissions.canRate && <Rating reportId={report.id} />}
        {permissions.canReopen && <Reopening reportId={report.id} />}
      </div>
      <div class="report-side">
        <div class="report-words stack">
          {isFixed && proof.length > 0 ? (
            <section class="stack">
              <h2>{t().result}</h2>
              <BeforeAfter before={photos} after={proof} title={title} />
            </section>
          ) : (
            photos.length > 0 && <Photos photos={photos} title={title} />
          )}
          <p class="description">{report.description}</p>
        </div>
        <div class="report-facts stack">
          <Facts report={report} />
          <Where report={report} />
        </div>
      </div>
      <div class="report-acts stack">
        <Support report={report} />
        <Menu report={report} />
      </div>
      <section class="report-timeline stack">
        <h2>{reportTexts().timeline}</h2>
        <Timeline timeline={report.timeline} />
        {permissions.canComment && <CommentForm reportId={report.id} />}
        {!permissions.canComment && permissions.canSupport && <p class="muted">{t().commentHint}</p>}
      </section>
    </main>
  );
}

/** The status, large, and what it means. */
function Standing({ report }: { report: ReportDetail }) {
  const { status, resolution, duplicateOf, forwarding } = report;
  const isClosed = status === "PROCESSED" && resolution !== null;
  return (
    <section class="standing" data-status={status} aria-live="polite">
      <p class="standing-words">
        <StatusMark status={status} />
        {words().status[status]}
      </p>
      {isClosed && <strong>{words().resolution[resolution]}</strong>}
      <p>{isClosed ? t().outcome[resolution] : t().means[status === "PROCESSED" ? "WAITING" : status]}</p>
      {duplicateOf && (
        <p>
          {t().duplicateOf} <a href={`/laporan/${duplicateOf.number}`}>{duplicateOf.title}</a>{" "}
          <StatusBadge status={duplicateOf.status} short />
        </p>
      )}
      {forwarding && (
        <p>
          <strong>{t().forwarded(forwarding.agency.name)}.</strong> {t().forwarding[forwarding.state]}{" "}
          {forwarding.externalId && t().externalId(forwarding.externalId)}
        </p>
      )}
    </section>
  );
}

function Stars({ stars }: { stars: number }) {
  return (
    <p class="row">
      <span class="muted">{t().rating}</span>
      <span class="stars-given" role="img" aria-label={t().stars(stars)}>
        {[1, 2, 3, 4, 5].map((each) => (
          <span key={each} class={each <= stars ? "star full" : "star"}>
            <Icon name="star" />
          </span>
        ))}
      </span>
    </p>
  );
}

function Facts({ report }: { report: ReportDetail }) {
  const { handler, kelurahan, category, reporter, viewerIsReporter } = report;
  const who = reporter?.pseudonym ?? t().anonymous;
  return (
    <dl class="facts">
      <div>
        <dt>{t().handler}</dt>
        <dd>
          {handler.__typename === "Kelurahan" ? (
            <a href={`/kelurahan/${handler.code}`}>Kelurahan {handler.name}</a>
          ) : (
            handler.name
          )}
        </dd>
      </div>
      <div>
        <dt>{t().category}</dt>
        <dd class="row">
          <CategoryIcon icon={category.icon} colour={category.colour} />
          {category.name}
        </dd>
      </div>
      <div>
        <dt>{t().place}</dt>
        <dd>
          {report.address && <span class="address">{report.address}</span>}
          <a href={`/kelurahan/${kelurahan.code}`}>Kelurahan {kelurahan.name}</a>
        </dd>
      </div>
      <div>
        <dt>{t().reporter}</dt>
        <dd>{viewerIsReporter ? `${t().you} (${who})` : who}</dd>
      </div>
      <div>
        <dt>{t().sent}</dt>
        <dd>
          <Ago at={report.submittedAt} />
        </dd>
      </div>
    </dl>
  );
}

/** The place of the report on a map that stays still, and a link for the map app of a phone. */
function Where({ report }: { report: ReportDetail }) {
  const { latitude, longitude } = report.location;
  const { id, status, title } = report;
  const focus = useMemo(() => ({ at: { latitude, longitude }, zoom: 15 }), [latitude, longitude]);
  const marks = useMemo(() => [{ id, at: focus.at, status, count: 1, label: title }], [focus, status, title]);
  return (
    <div class="report-map">
      <CityMap label={t().mapOf(title)} still focus={focus} marks={marks} outlined={report.kelurahan.code} />
    </div>
  );
}
