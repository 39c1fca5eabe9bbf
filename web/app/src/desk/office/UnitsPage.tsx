import { useState } from "preact/hooks";
import type { Viewer } from "../../account";
import { useLoad } from "../../api/hooks";
import { Failed, Skeletons } from "../../ui/parts";
import { AgencyPlaces } from "./AgencyPlaces";
import { ALL_UNITS, type UnitRow } from "./documents";
import { ForRole } from "./ForRole";
import "./office.css";
import { isControlRoom, supervised, type Unit } from "./roles";
import { t } from "./texts";
import { UnitTable } from "./UnitTable";

/** `/meja/unit`: the units under a supervisor, or all of them for the control room. */
export default function UnitsPage() {
  return <ForRole who="supervisors">{(viewer) => <Units viewer={viewer} />}</ForRole>;
}

/** What a table shows: the kelurahan of an area, all agencies, or the places of one agency. */
export type Scope =
  | { kind: "kelurahan"; name: string; area: Unit | undefined }
  | { kind: "agencies"; name: string }
  | { kind: "agency"; name: string; unit: Unit };

function scopesOf(viewer: Viewer): Scope[] {
  const all: Scope[] = [
    { kind: "kelurahan", name: t().wholeCity, area: undefined },
    { kind: "agencies", name: t().agencies },
  ];
  const own = supervised(viewer).map((unit): Scope =>
    unit.__typename === "Agency"
      ? { kind: "agency", name: unit.name, unit }
      : { kind: "kelurahan", name: unit.name, area: unit },
  );
  return isControlRoom(viewer) ? [...all, ...own] : own;
}

function Units({ viewer }: { viewer: Viewer }) {
  const scopes = scopesOf(viewer);
  const [index, setIndex] = useState(0);
  const scope = scopes[index] ?? scopes[0];
  if (!scope) return null;
  return (
    <main id="content" class="page stack">
      <div class="spread">
        <h1>{isControlRoom(viewer) ? t().unitsAll : t().unitsTitle}</h1>
        {scopes.length > 1 && (
          <div class="segments" role="group" aria-label={t().area}>
            {scopes.map(({ name }, each) => (
              <button key={name} type="button" aria-pressed={each === index} onClick={() => setIndex(each)}>
                {name}
              </button>
            ))}
          </div>
        )}
      </div>
      {scope.kind === "agency" ? (
        <AgencyPlaces key={scope.unit.id} agency={scope.unit} />
      ) : (
        <Listed key={scope.name} scope={scope} />
      )}
    </main>
  );
}

function Listed({ scope }: { scope: Exclude<Scope, { kind: "agency" }> }) {
  const { data, failed, reload } = useLoad(ALL_UNITS, { kind: scope.kind === "agencies" ? "AGENCY" : "KELURAHAN" });
  if (failed) return <Failed again={reload} />;
  if (!data) return <Skeletons count={8} height="3rem" />;
  const rows = data.leaderboard?.standings.edges.map(({ node }) => node) ?? [];
  const area = scope.kind === "kelurahan" ? scope.area : undefined;
  return <UnitTable rows={rows.filter((row) => isIn(row, area))} area={area} />;
}

function isIn({ subject }: UnitRow, area: Unit | undefined): boolean {
  if (area === undefined || subject.__typename !== "Kelurahan") return area === undefined;
  return subject.kecamatan.id === area.id || subject.city.id === area.id;
}
