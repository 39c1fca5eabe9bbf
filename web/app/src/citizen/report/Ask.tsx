import type { ComponentChildren } from "preact";
import type { Problem } from "../../api/hooks";
import { words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { Dialog } from "../../ui/parts";
import { t } from "./texts";
import { useActOnce } from "./useActOnce";

export interface AskProps {
  title: string;
  done: string;
  button: string;
  danger?: boolean;
  disabled?: boolean;
  run: (idempotencyKey: string) => Promise<readonly Problem[]>;
  onClose: () => void;
  /** The fields of the form. */
  children: ComponentChildren;
}

/** A dialog with a form for one act. It closes when the act is done, and keeps what was typed when it is refused. */
export function Ask({ title, done, button, danger, disabled, run, onClose, children }: AskProps) {
  const { send, problem, busy } = useActOnce(run, done, onClose);
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        {children}
        {problem && (
          <p class="problem" role="alert">
            <Icon name="error" />
            {problem.message || words().unreachable}
          </p>
        )}
        <div class="row">
          <button class={danger ? "button danger" : "button"} disabled={busy || disabled}>
            {busy ? t().sending : button}
          </button>
          <button type="button" class="button quiet" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
