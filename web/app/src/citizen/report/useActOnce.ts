import { useRef, useState } from "preact/hooks";
import { newKey, type Problem } from "../../api/hooks";
import { say } from "../../ui/toasts";

/**
 * Send a form as one act: pressed twice, or again after a lost answer, it is done once. `run` returns what was wrong;
 * when nothing was, `done` is said and `onDone` called.
 */
export function useActOnce(
  run: (idempotencyKey: string) => Promise<readonly Problem[]>,
  done: string,
  onDone?: () => void,
) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const key = useRef<string>(undefined);
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    key.current ??= newKey();
    const [first] = await run(key.current);
    setBusy(false);
    setProblem(first);
    // Only what got no answer is sent under the same key again: a form that was refused is corrected first.
    if (first?.code !== "UNREACHABLE") key.current = undefined;
    if (first) return;
    say(done);
    onDone?.();
  };
  return { send, problem, busy };
}
