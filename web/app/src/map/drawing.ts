import type { Status } from "../api/graphql";

/** Reports in a cluster, by their status. */
export interface Parts {
  waiting: number;
  inProgress: number;
  processed: number;
}

const TOKENS: Record<Status, string> = {
  WAITING: "--waiting",
  IN_PROGRESS: "--in-progress",
  PROCESSED: "--processed",
};

/** The value of a token now: a canvas cannot read custom properties. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The edge of a mark, as a part of its radius: it keeps marks apart that overlap. */
export const MARK_EDGE = 1.3;

/** Draw the mark of a status around the origin, as in src/ui/marks: a ring, a half disc, a disc with a tick. */
export function drawStatus(context: CanvasRenderingContext2D, radius: number, status: Status): void {
  const disc = (size: number, name: string, from = 0, to = 2 * Math.PI) => {
    context.beginPath();
    context.arc(0, 0, size, from, to);
    context.fillStyle = token(name);
    context.fill();
  };
  disc(radius * MARK_EDGE, "--sheet");
  disc(radius, TOKENS[status]);
  if (status === "WAITING") disc(radius * 0.42, "--sheet");
  if (status === "IN_PROGRESS") disc(radius * 0.68, "--sheet", Math.PI / 2, Math.PI * 1.5);
  if (status === "PROCESSED") {
    context.strokeStyle = token("--sheet");
    context.lineWidth = radius * 0.28;
    context.beginPath();
    context.moveTo(-radius * 0.45, radius * 0.02);
    context.lineTo(-radius * 0.12, radius * 0.36);
    context.lineTo(radius * 0.48, -radius * 0.34);
    context.stroke();
  }
}

/** Draw the ring of a cluster around the origin: its arcs are the shares of each status. */
export function drawRing(context: CanvasRenderingContext2D, radius: number, width: number, parts: Parts): void {
  const { waiting, inProgress, processed } = parts;
  const count = waiting + inProgress + processed;
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.globalAlpha = 0.9;
  context.fillStyle = token("--sheet");
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = width;
  let from = -Math.PI / 2;
  for (const [part, name] of [
    [waiting, "--waiting"],
    [inProgress, "--in-progress"],
    [processed, "--processed"],
  ] as const) {
    const to = from + (2 * Math.PI * part) / count;
    if (part > 0) {
      context.beginPath();
      context.arc(0, 0, radius, from, to);
      context.strokeStyle = token(name);
      context.stroke();
    }
    from = to;
  }
}

/** Draw a cluster around the origin: its number in a ring. */
export function drawCluster(context: CanvasRenderingContext2D, radius: number, parts: Parts, text: string): void {
  drawRing(context, radius, Math.max(3, radius * 0.25), parts);
  context.fillStyle = token("--ink");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `650 ${Math.min(radius, (radius * 3) / (text.length + 0.6))}px ${token("--font")}`;
  context.fillText(text, 0, radius * 0.05);
}
