import type { TimelineEvent } from "./documents";

/** An event of a timeline, and how often in a row it happened. */
export interface Joined<Event = TimelineEvent> {
  event: Event;
  times: number;
}

/** Join support that comes in a row into one entry, with the time of the last: many citizens support one report. */
export function joinSupport<Event extends Pick<TimelineEvent, "id" | "kind" | "at">>(
  events: readonly Event[],
): Joined<Event>[] {
  const joined: Joined<Event>[] = [];
  for (const event of events) {
    const before = joined.at(-1);
    if (before?.event.kind === "SUPPORTED" && event.kind === "SUPPORTED") {
      // The id of the first stays: the entry is the same one, and is not read out again.
      joined[joined.length - 1] = { event: { ...event, id: before.event.id }, times: before.times + 1 };
    } else joined.push({ event, times: 1 });
  }
  return joined;
}
