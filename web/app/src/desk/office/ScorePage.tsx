import { useLocation } from "preact-iso";
import { useViewer } from "../../account";
import "./office.css";
import { overUnits, withLedger } from "./roles";
import { Score } from "./Score";
import { UnitChoice } from "./UnitChoice";
import { t } from "./texts";

/** `/meja/nilai?unit=…`: why the unit has the points it has. Without a unit: the first one of the viewer. */
export default function ScorePage() {
  const { query } = useLocation();
  const viewer = useViewer();
  const own = viewer ? withLedger(viewer) : [];
  const unit = query["unit"] ?? own[0]?.id;
  const others = Boolean(viewer && overUnits(viewer));
  return (
    <main id="content" class="page stack" aria-busy={!viewer}>
      <UnitChoice own={own} chosen={unit} others={others} />
      {unit && <Score key={unit} id={unit} />}
      {!unit && others && (
        <p>
          <a class="button quiet" href="/meja/unit">
            {t().showUnits}
          </a>
        </p>
      )}
    </main>
  );
}
