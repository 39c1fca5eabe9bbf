import { useLocation } from "preact-iso";
import { useMemo, useRef, useState } from "preact/hooks";
import { useCalmly } from "../../api/hooks";
import { Icon } from "../../ui/Icon";
import { PageTitle } from "../../ui/PageTitle";
import { Failed, Notice, Skeletons } from "../../ui/parts";
import { words } from "../../texts/words";
import { area, type Area } from "../area";
import { ReportLines } from "../ReportLines";
import { t as common } from "../texts";
import { useFeed, type Filter } from "../useFeed";
import { AreaChoice } from "./AreaChoice";
import { HomeMap } from "./HomeMap";
import { Found, SearchField } from "./Search";
import { t } from "./texts";
import { Today } from "./Today";
import "./Home.css";

/** Milliseconds between two looks at the whole map, however much happens. */
const MAP_CALM = 3_000;
const PAGE = 20;
const MOST = 100;

/** The first view: the city as it is now, and one button. */
export default function Home() {
  const { query } = useLocation();
  const search = query["cari"]?.trim() ?? "";
  const shown = area.value;
  const [changes, setChanges] = useState(0);
  const changed = useCalmly(() => setChanges((count) => count + 1), MAP_CALM);
  const numbers = useMemo<Filter>(() => (shown.kind === "city" ? {} : { kelurahan: [shown.code] }), [shown]);
  return (
    <main id="content" class="page home">
      <section class="hero">
        <PageTitle title={t().title(shown.kind === "city" ? t().city : shown.name)} />
        <Today key={JSON.stringify(numbers)} filter={numbers} onChange={changed} />
      </section>
      <section class="seek">
        <SearchField search={search} />
        <AreaChoice />
      </section>
      <div class="where">
        <HomeMap area={shown} changes={changes} />
      </div>
      <section class="what stack">
        {search ? <Found search={search} /> : <Happened key={JSON.stringify(shown)} area={shown} />}
      </section>
    </main>
  );
}

const filterOf = (area: Area): Filter => {
  if (area.kind === "near") return { near: { at: area.at, radiusMetres: 1000 } };
  return area.kind === "kelurahan" ? { kelurahan: [area.code] } : {};
};

/** What happened last in an area. */
function Happened({ area }: { area: Area }) {
  const [first, setFirst] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  const filter = useMemo(() => filterOf(area), [area]);
  const feed = useFeed(filter, "RECENTLY_CHANGED", first, list);
  const showNew = () => {
    feed.release();
    list.current?.parentElement?.scrollIntoView();
  };
  return (
    <div class="feed">
      <h2>{area.kind === "near" ? t().happenedNear : t().happened}</h2>
      <div class="pill" role="status">
        {feed.waiting.length > 0 && (
          <button type="button" class="button" onClick={showNew}>
            <Icon name="arrow_upward" />
            {common().came(feed.waiting.length)}
          </button>
        )}
      </div>
      {feed.failed && <Failed again={feed.reload} />}
      {!feed.loaded && !feed.failed && <Skeletons count={6} height="6rem" />}
      {feed.loaded && feed.shown.length === 0 && (
        <Notice icon="check_circle" title={t().nothing}>
          <p>{t().nothingHint}</p>
        </Notice>
      )}
      <ReportLines lines={feed.shown} list={list} />
      {feed.hasMore && first < MOST && (
        <button type="button" class="button quiet wide" onClick={() => setFirst(first + PAGE)}>
          {words().more}
        </button>
      )}
    </div>
  );
}
