import { useLocation } from "preact-iso";
import { ForRole } from "./ForRole";
import { Score } from "./Score";
import "./office.css";
import { isControlRoom, supervised, withLedger } from "./roles";
import { UnitChoice } from "./UnitChoice";
import { t } from "./texts";

/** `/meja/nilai?unit=…`: why the unit has the points it has. Without a unit: the first one of the viewer. */
export default function ScorePage() {
  const { query } = useLocation();
  return (
    <ForRole who="staff">
      {(viewer) => {
        const own = withLedger(viewer);
        const overOthers = isControlRoom(viewer) || supervised(viewer).length > 0;
        const unit = query["unit"] ?? own[0]?.id;
        return (
          <main id="content" class="page stack">
            <UnitChoice own={own} chosen={unit} others={overOthers} />
            {unit && <Score key={unit} id={unit} />}
            {!unit && overOthers && (
              <p>
                <a class="button quiet" href="/meja/unit">
                  {t().showUnits}
                </a>
              </p>
            )}
          </main>
        );
      }}
    </ForRole>
  );
}
