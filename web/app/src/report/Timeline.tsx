import { Icon } from "../ui/Icon";
import { StatusMark } from "../ui/marks";
import { Ago } from "../ui/parts";
import type { ReportDetail, TimelineEvent } from "./documents";
import { eventWords } from "./eventWords";
import { joinSupport, type Joined } from "./joinSupport";
import { t } from "./texts";
import "./report.css";

/** What has happened to a report, oldest first: acts, deadlines, comments. Screen readers read what is added. */
export function Timeline({ timeline }: { timeline: ReportDetail["timeline"] }) {
  return (
    <>
      {timeline.pageInfo.hasPreviousPage && <p class="muted small">{t().earlier}</p>}
      <ol class="timeline" aria-live="polite" aria-relevant="additions">
        {joinSupport(timeline.edges.map(({ node }) => node)).map(({ event, times }) => (
          <Entry key={event.id} event={event} times={times} />
        ))}
      </ol>
    </>
  );
}

const ICONS: Partial<Record<TimelineEvent["kind"], string>> = {
  SUBMITTED: "send",
  EDITED: "edit",
  SUPPORTED: "thumb_up",
  ASSIGNED: "arrow_forward",
  TRANSFERRED: "arrow_forward",
  RECATEGORISED: "arrow_forward",
  MOVED: "location_on",
  RATED: "star",
  COMMENTED: "chat",
  NOTED: "lock",
  REOPENED: "undo",
  HIDDEN: "visibility_off",
  UNHIDDEN: "visibility",
  RESPONSE_OVERDUE: "timer",
  PROCESSING_OVERDUE: "timer",
};

function Entry({ event, times }: Joined) {
  const { comment, note, toStatus } = event;
  return (
    <li class="event" data-kind={event.kind}>
      <span class="event-mark">
        {toStatus ? <StatusMark status={toStatus} /> : <Icon name={ICONS[event.kind] ?? "history"} />}
      </span>
      <div class="event-words">
        <p class="spread">
          <strong>
            {eventWords(event)} {times > 1 && <span class="number">× {times}</span>}{" "}
            {comment?.official && <span class="official">{t().official}</span>}
          </strong>
          <span class="muted small">
            <Ago at={event.at} />
          </span>
        </p>
        {comment?.internal && <p class="muted small">{t().internal}</p>}
        {comment && <p class="said">{comment.originalBody ?? comment.body}</p>}
        {note && <p class="said">{note}</p>}
      </div>
    </li>
  );
}
