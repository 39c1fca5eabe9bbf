let ahead = 0;

/** Learn from the header `Date` of an answer how far the clock of this device is ahead of the service's. */
export function learnTime(answer: Response): void {
  const date = Date.parse(answer.headers.get("date") ?? "");
  // The header has whole seconds, and the answer has travelled: smaller differences say nothing.
  if (!Number.isNaN(date)) ahead = Math.abs(Date.now() - date) < 3_000 ? 0 : Date.now() - date;
}

/** Return the time of the service in milliseconds since 1970. */
export const now = (): number => Date.now() - ahead;
