import { useLocation } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import { useCalmly } from "../../api/hooks";
import { PageTitle } from "../../ui/PageTitle";
import { Notice } from "../../ui/parts";
import { area, type Area } from "../area";
import { LiveList } from "../LiveList";
import type { Filter } from "../useFeed";
import { AreaChoice } from "./AreaChoice";
import { HomeMap } from "./HomeMap";
import { Legend } from "./Legend";
import { Found, SearchField } from "./Search";
import { t } from "./texts";
import { Today } from "./Today";
import "./Home.css";

/** Milliseconds between two looks at the whole map, however much happens. */
const MAP_CALM = 3_000;

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
        <Legend />
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
  const filter = useMemo(() => filterOf(area), [area]);
  return (
    <LiveList
      title={area.kind === "near" ? t().happenedNear : t().happened}
      filter={filter}
      orderBy="RECENTLY_CHANGED"
      nothing={
        <Notice icon="check_circle" title={t().nothing}>
          <p>{t().nothingHint}</p>
        </Notice>
      }
    />
  );
}
