/** What a live list shows, newest first, and what has come while somebody was reading further down. */
export interface Feed<Line> {
  shown: readonly Line[];
  waiting: readonly Line[];
}

export interface FeedEvent<Line> {
  reportId: string;
  /** The report as it is now; null when it is no longer in the list, or no longer visible. */
  line: Line | null;
  /** Whether it is news, which goes to the top. Otherwise only what is shown changes. */
  news: boolean;
}

interface Versioned {
  id: string;
  version: number;
}

/**
 * Return the list after an event. While somebody is reading nothing that is shown moves: news wait, and what is shown
 * changes in its place.
 */
export function follow<Line extends Versioned>(
  feed: Feed<Line>,
  { reportId, line, news }: FeedEvent<Line>,
  reading: boolean,
  most: number,
): Feed<Line> {
  const known = [...feed.shown, ...feed.waiting].find(({ id }) => id === reportId);
  if (line && known && known.version > line.version) return feed; // an event that was late
  const others = (lines: readonly Line[]) => lines.filter(({ id }) => id !== reportId);
  if (!line) return { shown: others(feed.shown), waiting: others(feed.waiting) };
  const isShown = feed.shown.some(({ id }) => id === reportId);
  if (isShown && (reading || !news)) {
    return { ...feed, shown: feed.shown.map((each) => (each.id === reportId ? line : each)) };
  }
  if (!news) return { ...feed, waiting: feed.waiting.map((each) => (each.id === reportId ? line : each)) };
  if (reading) return { ...feed, waiting: [line, ...others(feed.waiting)].slice(0, most) };
  return { shown: [line, ...others(feed.shown)].slice(0, most), waiting: others(feed.waiting) };
}

/** Return the list with everything that waited at its top. */
export function release<Line extends Versioned>({ shown, waiting }: Feed<Line>, most: number): Feed<Line> {
  const came = new Set(waiting.map(({ id }) => id));
  return { shown: [...waiting, ...shown.filter(({ id }) => !came.has(id))].slice(0, most), waiting: [] };
}
