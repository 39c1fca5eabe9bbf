import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useLoad } from "../../api/hooks";
import { ForRole } from "../office/ForRole";
import { usePages } from "../office/pages";
import "../office/office.css";
import "./control.css";
import { SCORED_REPORT_BY_NUMBER, SCORED_REPORTS } from "./documents";
import { FindForm, type Found } from "./FindForm";
import { t } from "./texts";
import { WaiveForm } from "./WaiveForm";
import { MOST_REPORTS, type Extent } from "./waiving";

/** `/meja/keringanan`: points that are taken back because they are not fair. */
export default function WaiversPage() {
  return <ForRole who="controlRoom">{() => <Waivers />}</ForRole>;
}

const EXTENTS = [
  { extent: "penalties", name: () => t().penalties, hint: () => t().penaltiesHint },
  { extent: "all", name: () => t().everything, hint: () => t().everythingHint },
] as const;

function Waivers() {
  const { query } = useLocation();
  const asked = query["laporan"];
  const [extent, setExtent] = useState<Extent>("penalties");
  const [found, setFound] = useState<Found | undefined>(asked ? { number: asked } : undefined);
  return (
    <main id="content" class="page stack">
      <h1>{t().waivers}</h1>
      <p class="muted">{t().waiversIntro}</p>
      <FindForm number={asked} onFind={setFound} />
      {found && "filter" in found && (
        <fieldset class="card">
          <legend class="visually-hidden">{t().extent}</legend>
          <div class="extents">
            {EXTENTS.map(({ extent: each, name, hint }) => (
              <label key={each} class="check">
                <input type="radio" name="extent" checked={extent === each} onChange={() => setExtent(each)} />
                <span>
                  <strong>{name()}</strong>
                  <span class="muted small where">{hint()}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {found &&
        ("number" in found ? (
          <OfNumber key={found.number} number={found.number} />
        ) : (
          <OfFilter key={JSON.stringify(found)} found={found} extent={extent} />
        ))}
    </main>
  );
}

function OfNumber({ number }: { number: string }) {
  const { data, failed, reload } = useLoad(SCORED_REPORT_BY_NUMBER, { number });
  const { report } = data ?? {};
  // Each entry is a line of its own, to be chosen alone.
  const lines = report?.points.map((entry) => ({ ...report, id: entry.id, points: [entry] }));
  const reports = data && (lines ?? []);
  return <WaiveForm reports={reports} extent="entries" failed={failed} reload={reload} />;
}

function OfFilter({ found: { filter }, extent }: { found: Exclude<Found, { number: string }>; extent: Extent }) {
  const { rows, more, loading, failed, reload } = usePages(
    SCORED_REPORTS,
    { filter },
    ({ reports }) => reports,
    MOST_REPORTS,
  );
  const isComplete = rows !== undefined && !loading && (more === undefined || rows.length >= MOST_REPORTS);
  return (
    <WaiveForm
      reports={isComplete ? rows : undefined}
      extent={extent}
      failed={failed}
      hasMore={more !== undefined}
      reload={reload}
    />
  );
}
