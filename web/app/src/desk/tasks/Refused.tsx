import { eventWords } from "../../report/eventWords";
import { statusWords, words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { Ago } from "../../ui/parts";
import type { Refusal } from "./acts";
import { t } from "./texts";

interface RefusedProps {
  refusal: Refusal;
  /** Something was typed, which is still there. */
  kept?: boolean;
  onDismiss?: () => void;
}

/** Why an act was not done, what others have done meanwhile, and how the report is now. */
export function Refused({ refusal: { problems, meanwhile, report }, kept, onDismiss }: RefusedProps) {
  return (
    <div class="refused" role="alert">
      <p class="refused-title">
        <Icon name="error" />
        <strong>{t().refusedTitle}</strong>
      </p>
      {problems.map(({ code, message }) => (
        <p key={code + message}>{message || words().unreachable}</p>
      ))}
      {meanwhile.length > 0 && (
        <>
          <p>{t().meanwhile}</p>
          <ul>
            {meanwhile.map((event) => (
              <li key={event.id}>
                {eventWords(event)}, <Ago at={event.at} />
                {event.note && <q>{event.note}</q>}
              </li>
            ))}
          </ul>
        </>
      )}
      {report && (
        <p>
          {t().nowIs(report.resolution ? words().resolution[report.resolution] : statusWords(report.status))}{" "}
          {report.handler.name}
        </p>
      )}
      {kept && <p class="muted">{t().keptTyped}</p>}
      {onDismiss && (
        <button type="button" class="button quiet" onClick={onDismiss}>
          {t().dismiss}
        </button>
      )}
    </div>
  );
}
