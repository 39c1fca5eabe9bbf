import type { ResultOf, Status } from "../../api/graphql";
import type { Mark } from "../../map";
import type { OPEN_CLUSTERS } from "./documents";

type Cluster = ResultOf<typeof OPEN_CLUSTERS>["reportClusters"][number];

/** What is open and what is done, in the same squares of the map. */
export interface Clusters {
  open: readonly Cluster[];
  done: readonly Cluster[];
}

/** What a mark leads to when it is tapped: a report, or a closer look at a cluster. */
export interface Place {
  number: string | undefined;
  at: { latitude: number; longitude: number };
}

/** Squares of a degree at zoom 6, and half as wide at each further zoom: those of `reportClusters`. */
const ZOOM_OF_A_DEGREE = 6;

/** The mark of each square: its only report, or a cluster of what is open and what is done there. */
export function marksOf(
  { open, done }: Clusters,
  zoom: number,
  labelOf: (cluster: Cluster) => string,
): { marks: Mark[]; places: Map<string, Place> } {
  const marks = new Map<string, Mark>();
  const places = new Map<string, Place>();
  for (const [square, cluster] of bySquare([...open, ...done], 2 ** (zoom - ZOOM_OF_A_DEGREE))) {
    const { centre, count, report, waiting, inProgress, processed } = cluster;
    // A report that turns green is the same mark, which changes its colour.
    const id = report?.id ?? square;
    const status = report?.status ?? mostOf(cluster);
    marks.set(id, {
      id,
      at: centre,
      status,
      count,
      parts: { waiting, inProgress, processed },
      label: labelOf(cluster),
    });
    places.set(id, { number: report?.number, at: centre });
  }
  return { marks: [...marks.values()], places };
}

/** Put the clusters of each square together. A report that was closed between two answers is in both, and counts once. */
function bySquare(clusters: readonly Cluster[], perDegree: number): Map<string, Cluster> {
  const squares = new Map<string, Cluster>();
  for (const cluster of clusters) {
    const { latitude, longitude } = cluster.centre;
    const square = `${Math.floor(latitude * perDegree)} ${Math.floor(longitude * perDegree)}`;
    const before = squares.get(square);
    const isSame = before?.report && before.report.id === cluster.report?.id;
    squares.set(square, before && !isSame ? joined(before, cluster) : cluster);
  }
  return squares;
}

function joined(one: Cluster, other: Cluster): Cluster {
  const count = one.count + other.count;
  const mean = (name: "latitude" | "longitude") =>
    (one.centre[name] * one.count + other.centre[name] * other.count) / count;
  return {
    ...one,
    centre: { latitude: mean("latitude"), longitude: mean("longitude") },
    count,
    waiting: one.waiting + other.waiting,
    inProgress: one.inProgress + other.inProgress,
    processed: one.processed + other.processed,
    report: null,
  };
}

function mostOf({ waiting, inProgress, processed }: Cluster): Status {
  if (waiting >= inProgress && waiting >= processed) return "WAITING";
  return inProgress >= processed ? "IN_PROGRESS" : "PROCESSED";
}
