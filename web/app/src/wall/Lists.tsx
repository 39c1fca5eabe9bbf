import { formatNumber, formatRatio, formatTime } from "../texts/format";
import { BandBadge, StatusMark } from "../ui/marks";
import type { FeedEvent, Watched } from "./documents";
import type { Wall } from "./engine";
import { t } from "./texts";

/** The latest events in words. They are not read out: on a screen that nobody touches they would never end. */
export function Latest({ wall }: { wall: Wall }) {
  const lines = wall.lines.value;
  return (
    <section class="panel latest" aria-label={t().events}>
      <h2>{t().events}</h2>
      {lines.length === 0 && <p class="empty">{t().noEvents}</p>}
      <ol>
        {lines.map((event) => (
          <li key={event.id}>
            {event.report && <StatusMark status={event.report.status} />}
            <time class="hint" dateTime={event.at}>
              {formatTime(event.at)}
            </time>
            <span class="clip">
              {event.report && t().place(event.report.category.name, event.report.kelurahan.name)}
            </span>
            <strong class="clip">{happened(event)}</strong>
          </li>
        ))}
      </ol>
    </section>
  );
}

function happened(event: FeedEvent): string {
  const say = t().event;
  switch (event.kind) {
    case "SUBMITTED":
      return say.submitted;
    case "REOPENED":
      return say.reopened;
    case "ASSIGNED":
    case "TRANSFERRED":
      return say.assigned(event.toHandler?.name ?? event.report?.kelurahan.name ?? "");
    case "RATED":
      return say.rated(event.stars ?? 0);
    case "RESPONSE_OVERDUE":
      return say.responseOverdue;
    case "PROCESSING_OVERDUE":
      return say.processingOverdue;
    default:
      return newStatus(event);
  }
}

function newStatus({ toStatus, resolution }: FeedEvent): string {
  const say = t().event;
  if (toStatus === "WAITING") return say.waiting;
  if (toStatus === "IN_PROGRESS") return say.began;
  switch (resolution) {
    case "DUPLICATE":
      return say.duplicate;
    case "OUT_OF_REMIT":
      return say.outOfRemit;
    case "INVALID":
      return say.invalid;
    case "WITHDRAWN":
      return say.withdrawn;
    default:
      return say.fixed;
  }
}

const WATCHED = 3;

/** The kelurahan that need attention, the worst first, and why. */
export function Watchlist({ wall }: { wall: Wall }) {
  const watched = wall.watchlist.value;
  return (
    <section class="panel watchlist" aria-label={t().watchlist}>
      <div class="spread">
        <h2>{t().watchlist}</h2>
        {watched && watched.length > 0 && <p class="hint">{t().watchlistCount(formatNumber(watched.length))}</p>}
      </div>
      {watched?.length === 0 && <p class="empty">{t().watchlistEmpty}</p>}
      <ul>
        {watched?.slice(0, WATCHED).map((each) => (
          <li key={each.id}>
            <span class="spread">
              <span class="clip name">{(each.subject as { name: string }).name}</span>
              <BandBadge band={each.band} />
            </span>
            <span class="hint clip">{reasons(each)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function reasons({ scorecard }: Watched): string {
  if (!scorecard) return "";
  const { respondedOnTime, processedOnTime, overdue } = scorecard;
  const share = (rate: number | null) => (rate === null ? "–" : formatRatio(rate));
  return t().reasons(share(respondedOnTime), share(processedOnTime), formatNumber(overdue));
}

const AGENCIES = 4;

/** What has not reached the agencies outside the province yet, the most first. */
export function Backlogs({ wall }: { wall: Wall }) {
  const agencies = wall.agencies.value?.filter(({ kind }) => kind === "EXTERNAL");
  return (
    <section class="panel backlogs" aria-label={t().agencies}>
      <div class="spread">
        <h2>{t().agencies}</h2>
        <p class="hint">{t().backlog}</p>
      </div>
      {agencies?.length === 0 && <p class="empty">{t().agenciesEmpty}</p>}
      <ul>
        {agencies
          ?.sort((a, b) => b.backlog - a.backlog || (a.code < b.code ? -1 : 1))
          .slice(0, AGENCIES)
          .map((agency) => (
            <li key={agency.id}>
              <span class="clip name">{agency.name}</span>
              {!agency.connected && <span class="hint">{t().unconnected}</span>}
              <span class="value number">{formatNumber(agency.backlog)}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
