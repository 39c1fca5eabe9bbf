import type { ResultOf, Status } from "../../api/graphql";
import type { Mark } from "../../map";
import type { OPEN_CLUSTERS } from "./documents";

type Cluster = ResultOf<typeof OPEN_CLUSTERS>["reportClusters"][number];

/** What is open and what is done, in the same squares. */
export interface Clusters {
  open: readonly Cluster[];
  done: readonly Cluster[];
}

/** What a mark leads to when it is tapped: a report, or a closer look at a cluster. */
export interface Place {
  number: string | undefined;
  at: { latitude: number; longitude: number };
}

/** The marks of clusters, each in the colour of most of its reports, and what each leads to. */
export function marksOf(
  { open, done }: Clusters,
  labelOf: (cluster: Cluster) => string,
): { marks: Mark[]; places: Map<string, Place> } {
  const marks = new Map<string, Mark>();
  const places = new Map<string, Place>();
  const layers = [
    ["open", open],
    ["done", done],
  ] as const;
  for (const [layer, clusters] of layers) {
    for (const cluster of clusters) {
      const { centre, count, report } = cluster;
      // A report that turns green is the same mark, which changes its colour.
      const id = report?.id ?? `${layer} ${centre.latitude} ${centre.longitude}`;
      marks.set(id, {
        id,
        at: centre,
        status: report?.status ?? (layer === "done" ? "PROCESSED" : mostOf(cluster)),
        count,
        label: labelOf(cluster),
      });
      places.set(id, { number: report?.number, at: centre });
    }
  }
  return { marks: [...marks.values()], places };
}

const mostOf = ({ waiting, inProgress }: Cluster): Status => (waiting >= inProgress ? "WAITING" : "IN_PROGRESS");
