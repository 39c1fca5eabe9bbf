import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import type { EnumOf, ResultOf, VariablesOf } from "../api/graphql";
import { useEvents, useLoad } from "../api/hooks";
import { HAPPENINGS, HAPPENING_FEED, type Happening } from "./documents";
import { follow, release, type Feed, type FeedEvent } from "./feed";

export type Filter = NonNullable<VariablesOf<typeof HAPPENINGS>["filter"]>;
type Kind = EnumOf<"ReportEventKind">;
type HappeningEvent = ResultOf<typeof HAPPENING_FEED>["reportFeed"];

/** Milliseconds in which events are gathered: a storm of them moves the list calmly. */
const CALM = 800;
const NEWS: ReadonlySet<Kind> = new Set(["SUBMITTED", "STATUS_CHANGED", "REOPENED", "UNHIDDEN"]);

interface Loaded {
  /** Which answer of the service it began from. */
  load: string;
  feed: Feed<Happening>;
}

export interface LiveFeed extends Feed<Happening> {
  loaded: boolean;
  failed: boolean;
  hasMore: boolean;
  reload: () => void;
  /** Show what has come meanwhile. */
  release: () => void;
}

/**
 * A list of reports that stays current. Its component has the filter and the order as its key: another filter begins
 * another list. `list` is its element: nothing moves while somebody reads or points there.
 */
export function useFeed(
  filter: Filter,
  orderBy: EnumOf<"ReportOrder">,
  first: number,
  list: RefObject<HTMLElement | null>,
): LiveFeed {
  const { data, failed, reload } = useLoad(HAPPENINGS, { filter, orderBy, first });
  const loaded: Loaded = {
    // The cache changes the reports of a list in place: what was loaded again has another cursor, or another length.
    load: `${data?.reports.cursor} ${data?.reports.edges.length}`,
    feed: { shown: data?.reports.edges.map(({ node }) => node) ?? [], waiting: [] },
  };
  const latest = useRef(loaded);
  latest.current = loaded;
  const [followed, setFollowed] = useState<Loaded>(loaded);
  const change = (next: (before: Feed<Happening>) => Feed<Happening>) =>
    setFollowed((before) => {
      const { load, feed } = before.load === latest.current.load ? before : latest.current;
      return { load, feed: next(feed) };
    });

  const gathered = useRef<FeedEvent<Happening>[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const gather = ({ reportId, kind, matchesFilter, report }: HappeningEvent) => {
    gathered.current.push({ reportId, line: matchesFilter === false ? null : report, news: NEWS.has(kind) });
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const events = gathered.current.splice(0);
      const reading = isRead(list.current);
      change((before) => events.reduce((now, event) => follow(now, event, reading, first), before));
    }, CALM);
  };
  useEvents(
    HAPPENING_FEED,
    data ? { filter, after: data.reports.cursor } : null,
    ({ reportFeed }) => gather(reportFeed),
    reload,
  );
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    ...(followed.load === loaded.load ? followed : loaded).feed,
    loaded: data !== undefined,
    failed,
    hasMore: data?.reports.pageInfo.hasNextPage ?? false,
    reload,
    release: () => change((before) => release(before, first)),
  };
}

/** Whether somebody has scrolled into a list, points at it, or has the focus in it. */
function isRead(list: HTMLElement | null): boolean {
  if (!list) return false;
  const isPointedAt = matchMedia("(hover: hover)").matches && list.matches(":hover");
  return isPointedAt || list.matches(":focus-within") || list.getBoundingClientRect().top < 0;
}
