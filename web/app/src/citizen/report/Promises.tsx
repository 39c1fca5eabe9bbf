import { formatShortMoment } from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { minute } from "../../ui/parts";
import type { ReportDetail } from "../../report/documents";
import { fixPromise, responsePromise, type Kept } from "../promises";
import { t } from "./texts";

/** The deadlines of a report as promises: what is to come, what was kept, and honestly what was not. */
export function Promises({ report }: { report: ReportDetail }) {
  if (report.importedFrom) return <p class="muted">{t().imported(report.importedFrom)}</p>;
  const response = responsePromise(report, minute.value);
  const fix = fixPromise(report, minute.value);
  if (!response && !fix) return null;
  return (
    <section class="promises" aria-label={t().promises}>
      {response && <Promise label={t().answer} kept={response} />}
      {fix && <Promise label={t().fix} kept={fix} />}
    </section>
  );
}

const ICONS: Record<Kept["state"], string> = { due: "timer", overdue: "error", kept: "check_circle", late: "history" };

function Promise({ label, kept }: { label: string; kept: Kept }) {
  const [first, second] = wordsOf(kept);
  return (
    <div class="promise" data-state={kept.state}>
      <Icon name={ICONS[kept.state]} />
      <div>
        <h3>{label}</h3>
        <p>
          <strong>{first}</strong>
        </p>
        <p class="small muted">{second}</p>
      </div>
    </div>
  );
}

function wordsOf(kept: Kept): [string, string] {
  switch (kept.state) {
    case "due":
      return [t().due(formatShortMoment(kept.at)), t().left(kept.left)];
    case "overdue":
      return [t().overdue(kept.late), t().overdueSince(formatShortMoment(kept.at))];
    case "kept":
      return [t().kept(kept.took), t().keptWords];
    case "late":
      return [t().kept(kept.took), t().late(kept.late)];
  }
}
