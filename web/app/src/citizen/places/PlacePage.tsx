import { useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { ResultOf } from "../../api/graphql";
import { useCalmly, useLoad } from "../../api/hooks";
import { CityMap } from "../../map";
import { Icon } from "../../ui/Icon";
import { PageTitle } from "../../ui/PageTitle";
import { Failed, Notice, Skeletons } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { area, choose } from "../area";
import { LiveList } from "../LiveList";
import { share } from "../share";
import { t as common } from "../texts";
import { KELURAHAN } from "./documents";
import { Ledger } from "./Ledger";
import { Standing } from "./Standing";
import { t } from "./texts";
import "./places.css";

export type Kelurahan = NonNullable<ResultOf<typeof KELURAHAN>["kelurahan"]>;

const PERIOD = "MONTH";
/** Milliseconds between two looks at the numbers, however much happens. */
const CALM = 5_000;

/** The public page of a kelurahan. */
export default function PlacePage() {
  const code = useRoute().params["code"] ?? "";
  return <OnePlace key={code} code={code} />;
}

function OnePlace({ code }: { code: string }) {
  const { data, failed, reload } = useLoad(KELURAHAN, { code, period: PERIOD });
  if (failed || !data) {
    return (
      <main id="content" class="page">
        {failed ? <Failed again={reload} /> : <Skeletons count={5} height="7rem" />}
      </main>
    );
  }
  return data.kelurahan ? <Shown kelurahan={data.kelurahan} reload={reload} /> : <Missing />;
}

function Missing() {
  return (
    <main id="content" class="page narrow">
      <div class="notice">
        <Icon name="search" />
        <PageTitle title={t().notFound} />
        <p>{t().notFoundHint}</p>
        <a class="button" href="/kelurahan">
          {t().list}
        </a>
      </div>
    </main>
  );
}

function Shown({ kelurahan, reload }: { kelurahan: Kelurahan; reload: () => void }) {
  const { code, name, kecamatan, city, endedOn, centre } = kelurahan;
  const [changes, setChanges] = useState(0);
  const changed = useCalmly(() => {
    reload();
    setChanges((count) => count + 1);
  }, CALM);
  const focus = useMemo(() => ({ at: centre, zoom: 13.5 }), [code]);
  const filter = useMemo(() => ({ kelurahan: [code], status: ["WAITING" as const, "IN_PROGRESS" as const] }), [code]);
  return (
    <main id="content" class="page place">
      <div class="place-head stack">
        <div>
          <PageTitle title={t().kelurahan(name)} />
          <p class="muted">{t().inKecamatan(kecamatan.name, city.name)}</p>
        </div>
        {endedOn && <p class="card">{t().ended(endedOn)}</p>}
        <div class="row">
          {!endedOn && <Mine code={code} name={name} />}
          <button
            type="button"
            class="button quiet"
            onClick={() => void share(t().kelurahan(name), `/kelurahan/${code}`)}
          >
            <Icon name="share" />
            {common().share}
          </button>
        </div>
        <Standing kelurahan={kelurahan} />
        {!endedOn && (
          <div class="place-map">
            <CityMap label={t().map(name)} still focus={focus} outlined={code} />
          </div>
        )}
      </div>
      <LiveList
        title={t().open}
        filter={filter}
        orderBy="NEWEST"
        onChange={changed}
        nothing={
          <Notice icon="check_circle" title={t().noneOpen}>
            <p>{t().noneOpenHint}</p>
          </Notice>
        }
      />
      <Ledger code={code} period={PERIOD} changes={changes} />
    </main>
  );
}

/** Show this kelurahan on the first view from now on, or the city again. */
function Mine({ code, name }: { code: string; name: string }) {
  const isMine = area.value.kind === "kelurahan" && area.value.code === code;
  const toggle = () => {
    choose(isMine ? { kind: "city" } : { kind: "kelurahan", code, name });
    if (!isMine) say(t().chosen(name));
  };
  return (
    <button type="button" class="button quiet" aria-pressed={isMine} onClick={toggle}>
      <Icon name={isMine ? "check" : "home"} />
      {isMine ? t().isMine : t().mine}
    </button>
  );
}
