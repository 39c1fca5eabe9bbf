import { useRef, useState } from "preact/hooks";
import { act, newKey, type Problem } from "../api/hooks";
import { words } from "../texts/words";
import { Field } from "../ui/parts";
import { COMMENT_ON_REPORT } from "./documents";
import { t } from "./texts";

interface CommentFormProps {
  reportId: string;
  /** A note for staff instead of a comment for everybody. */
  internal?: boolean;
  onSent?: () => void;
}

/** Write a comment on a report, or an internal note. What was typed stays until it has been sent. */
export function CommentForm({ reportId, internal = false, onSent }: CommentFormProps) {
  const [body, setBody] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  // The same words are sent under the same key, so that they stand there once.
  const key = useRef({ body: "", key: "" });

  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || body.trim() === "") return;
    setBusy(true);
    if (key.current.body !== body) key.current = { body, key: newKey() };
    const variables = { id: reportId, body, internal, maskPersonalDetails: false, idempotencyKey: key.current.key };
    const { problems } = await act(COMMENT_ON_REPORT, variables);
    setBusy(false);
    setProblem(problems[0]);
    if (problems.length > 0) return;
    setBody("");
    onSent?.();
  };

  return (
    <form class="stack" onSubmit={send}>
      <Field
        label={internal ? t().writeInternal : t().write}
        hint={internal ? t().writeInternalHint : t().writeHint}
        error={problem && (problem.message || words().unreachable)}
      >
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={3}
            maxLength={2000}
            value={body}
            onInput={({ currentTarget }) => setBody(currentTarget.value)}
          />
        )}
      </Field>
      <button class="button" disabled={busy || body.trim() === ""}>
        {busy ? t().sending : t().send}
      </button>
    </form>
  );
}
