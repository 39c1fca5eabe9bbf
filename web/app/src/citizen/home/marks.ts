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

/** The mark of each square: its only report, or a cluster of what is open and what is done there. */
export function marksOf(
  { open, done }: Clusters,
  labelOf: (cluster: Cluster) => string,
): { marks: Mark[]; places: Map<string, Place> } {
  const marks = new Map<string, Mark>();
  const places = new Map<string, Place>();
  for (const cluster of squares([...open, ...done])) {
    const { centre, box, count, report, waiting, inProgress, processed } = cluster;
    // A report that turns green is the same mark, which changes its colour.
    const id = report?.id ?? `${box.south} ${box.west}`;
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
function squares(clusters: readonly Cluster[]): Iterable<Cluster> {
  const bySquare = new Map<string, Cluster>();
  for (const cluster of clusters) {
    const square = `${cluster.box.south} ${cluster.box.west}`;
    const before = bySquare.get(square);
    const isSame = before?.report && before.report.id === cluster.report?.id;
    bySquare.set(square, before && !isSame ? joined(before, cluster) : cluster);
  }
  return bySquare.values();
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
