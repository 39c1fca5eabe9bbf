import { act, newKey, type Problem } from "../../api/hooks";
import { WAIVE_ENTRY, WAIVE_REPORTS, type ScoredReport } from "./documents";
import { standing, type Extent } from "./waiving";

interface Waived {
  /** Entries that were taken back. */
  waived: number;
  problems: readonly Problem[];
}

/**
 * Take back entries of reports: all of them in one act, which is done or refused as a whole; or some of them one after
 * the other. Then it stops at the first refusal, and `progress` gets the number of those that are done.
 */
export async function waive(
  reports: readonly ScoredReport[],
  extent: Extent,
  reason: string,
  progress: (done: number) => void,
): Promise<Waived> {
  if (extent === "all") {
    const ids = reports.map(({ id }) => id);
    const { data, problems } = await act(WAIVE_REPORTS, { ids, reason, idempotencyKey: newKey() });
    return { waived: data?.waiveReports.waived ?? 0, problems };
  }
  let waived = 0;
  for (const { id } of reports.flatMap((report) => standing(report, extent))) {
    const { problems } = await act(WAIVE_ENTRY, { id, reason, idempotencyKey: newKey() });
    // A colleague, or an event meanwhile, has reversed it already: that is what was wanted.
    if (problems.some(({ code }) => code !== "CONFLICT")) return { waived, problems };
    if (problems.length === 0) progress(++waived);
  }
  return { waived, problems: [] };
}
