import type { TimelineEvent } from "./documents";
import { t } from "./texts";

/** Say in a sentence what an event was. Its own words, a note or a comment, are not in it. */
export function eventWords(event: TimelineEvent): string {
  const say = t().event;
  const { actor } = event;
  switch (event.kind) {
    case "SUBMITTED":
      return say.submitted;
    case "EDITED":
      return say.edited;
    case "STATUS_CHANGED":
      return statusWords(event);
    case "SUPPORTED":
      return say.supported;
    case "SUPPORT_WITHDRAWN":
      return say.supportWithdrawn;
    case "REOPENED":
      return say.reopened(actor);
    case "ASSIGNED":
      return say.assigned(event.toHandler?.name ?? actor);
    case "TRANSFERRED":
      return say.assigned(event.toHandler?.name ?? event.toKelurahan?.name ?? actor);
    case "RECATEGORISED":
      return say.recategorised(event.toCategory?.name ?? "");
    case "MOVED":
      return say.moved(event.toKelurahan?.name ?? "");
    case "RATED":
      return say.rated(event.stars ?? 0);
    case "COMMENTED":
    case "NOTED":
      return say.commented(event.comment?.author ?? actor);
    case "FORWARDING_CHANGED":
      return say.forwarding;
    case "HIDDEN":
      return say.hidden;
    case "UNHIDDEN":
      return say.unhidden;
    case "ERASED":
      return say.erased;
    case "RESPONSE_OVERDUE":
      return say.responseOverdue;
    case "PROCESSING_OVERDUE":
      return say.processingOverdue;
    default:
      return event.kind satisfies never; // of a later version of the service
  }
}

function statusWords({ toStatus, resolution, actor }: TimelineEvent): string {
  const say = t().event;
  if (toStatus !== "PROCESSED") return say.began(actor);
  switch (resolution) {
    case "DUPLICATE":
      return say.duplicate;
    case "OUT_OF_REMIT":
      return say.outOfRemit(actor);
    case "INVALID":
      return say.invalid(actor);
    case "WITHDRAWN":
      return say.withdrawn;
    default:
      return say.fixed(actor);
  }
}
