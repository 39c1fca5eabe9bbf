import type { EnumOf, Status } from "../api/graphql";
import { bandWords, statusWords, words } from "../texts/words";
import { connection } from "../api/live";

const STATUS_SHAPES: Record<Status, preact.JSX.Element> = {
  WAITING: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="4" />,
  IN_PROGRESS: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="2.5" />
      <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
    </>
  ),
  PROCESSED: (
    <>
      <circle cx="8" cy="8" r="8" fill="currentColor" />
      <path d="M4.5 8.2l2.4 2.4 4.6-4.9" fill="none" stroke="var(--sheet)" stroke-width="2" />
    </>
  ),
};

/** The mark of a status: a ring, a half disc, a disc with a tick. Its words stand beside it, or in `label`. */
export function StatusMark({ status, label }: { status: Status; label?: boolean }) {
  const says = label
    ? ({ role: "img", "aria-label": statusWords(status) } as const)
    : ({ "aria-hidden": true } as const);
  return (
    <span data-status={status}>
      <svg class="mark" viewBox="0 0 16 16" width="12" height="12" {...says}>
        {STATUS_SHAPES[status]}
      </svg>
    </span>
  );
}

/** The status of a report: mark and words, in its colour. `short` where little room is. */
export function StatusBadge({ status, short }: { status: Status; short?: boolean }) {
  return (
    <span class="status" data-status={status}>
      <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
        {STATUS_SHAPES[status]}
      </svg>
      {short ? words().statusShort[status] : statusWords(status)}
    </span>
  );
}

const BAND_SHAPES = {
  ABOVE: <path d="M8 2l7 12H1z" fill="currentColor" />,
  AVERAGE: <path d="M1 6h14v4H1z" fill="currentColor" />,
  BELOW: <path d="M8 14L1 2h14z" fill="currentColor" />,
  none: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2.5" />,
} as const;

/** The band of a unit: mark and words. Null: too few reports to say. */
export function BandBadge({ band }: { band: EnumOf<"Band"> | null }) {
  return (
    <span class="band" data-band={band ?? "none"}>
      <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
        {BAND_SHAPES[band ?? "none"]}
      </svg>
      {bandWords(band)}
    </span>
  );
}

/** The mark of a band alone, with its words for screen readers: for rows that all have one, beside a legend. */
export function BandMark({ band }: { band: EnumOf<"Band"> | null }) {
  return (
    <span class="band" data-band={band ?? "none"}>
      <svg class="mark" viewBox="0 0 16 16" role="img" aria-label={bandWords(band)}>
        {BAND_SHAPES[band ?? "none"]}
      </svg>
    </span>
  );
}

/** Whether the page gets live updates, in words. */
export function LiveBadge() {
  return (
    <span class="live" data-connection={connection.value} role="status">
      <span class="dot" aria-hidden="true" />
      {words().live[connection.value]}
    </span>
  );
}
