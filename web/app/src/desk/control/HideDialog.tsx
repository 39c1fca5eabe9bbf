import { useState } from "preact/hooks";
import { act, type Problem } from "../../api/hooks";
import { words } from "../../texts/words";
import { Dialog, Field } from "../../ui/parts";
import { HIDE_REPORT, type Judged } from "./documents";
import { ProblemList } from "./ProblemList";
import { otherProblems, problemAt } from "./problems";
import { t } from "./texts";

interface HideDialogProps {
  report: Judged;
  onClose: () => void;
  onHidden: () => void;
}

/** Hide a report from the public, with a reason: a frequent one at a press, or one's own words. */
export function HideDialog({ report, onClose, onHidden }: HideDialogProps) {
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [busy, setBusy] = useState(false);
  const hide = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const { problems: refused } = await act(HIDE_REPORT, { id: report.id, reason });
    setBusy(false);
    setProblems(refused);
    if (refused.length === 0) onHidden();
  };
  return (
    <Dialog title={t().hideTitle(report.number)} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void hide(event)}>
        <p>
          <strong>{report.title}</strong>
        </p>
        <div class="segments" role="group" aria-label={t().quickReasons}>
          {t().hideReasons.map((each) => (
            <button key={each} type="button" aria-pressed={reason === each} onClick={() => setReason(each)}>
              {each}
            </button>
          ))}
        </div>
        <Field label={t().hideReason} hint={t().hideReasonHint} error={problemAt(problems, "reason")}>
          {(control) => (
            <textarea
              {...control}
              class="input"
              rows={3}
              maxLength={500}
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          )}
        </Field>
        <ProblemList texts={otherProblems(problems, ["reason"])} />
        <div class="row">
          <button class="button" disabled={busy}>
            {t().hide}
          </button>
          <button type="button" class="button quiet" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
