import { formatMinutes } from "../../texts/format";
import type { Row } from "./documents";
import { t } from "./texts";

type Deadlines = Pick<
  Row,
  "status" | "respondedAt" | "responseDueAt" | "processingDueAt" | "handlerDueAt" | "processedAt"
>;

const MINUTE = 60_000;

/** Whether a promise to the reporter has passed unmet: `Report.overdue`, which moves on with the clock. */
export function isOverdue(report: Deadlines, now: number): boolean {
  if (report.status === "PROCESSED") return false;
  return Date.parse(report.processingDueAt) < now || isAnswerLate(report, now);
}

/** Whether the first answer is overdue. */
export const isAnswerLate = ({ respondedAt, responseDueAt }: Deadlines, now: number): boolean =>
  respondedAt === null && Date.parse(responseDueAt) < now;

/** "sisa 2 jam 5 mnt", "lewat 3 hari", "jatuh tempo sekarang": how far a moment is, in words. */
export function dueWords(at: string, now: number): string {
  const minutes = (Date.parse(at) - now) / MINUTE;
  if (Math.abs(minutes) < 1) return t().dueNow;
  return minutes > 0 ? t().left(formatMinutes(Math.floor(minutes))) : t().passed(formatMinutes(Math.floor(-minutes)));
}

/** How pressing a deadline is. The words beside it say the same. */
export function urgency(at: string, now: number): "late" | "soon" | "calm" {
  const left = Date.parse(at) - now;
  if (left < 0) return "late";
  return left < 4 * 60 * MINUTE ? "soon" : "calm";
}
