import { useEffect, useRef, useState } from "preact/hooks";
import { act, newKey, type Problem } from "../../api/hooks";
import { COMMENT_ON_REPORT } from "../../report/documents";
import { words } from "../../texts/words";
import { Field } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { Key } from "../Key";
import { useWork } from "./state";
import { t } from "./texts";

/** Write to everybody or to staff. What was typed waits for its report while others are looked at. */
export function Reply({ id, canNote }: { id: string; canNote: boolean }) {
  const work = useWork();
  const kind = canNote ? work.writing.value : "reply";
  const draft = `${id} ${kind}`;
  const [body, setBody] = useState(work.drafts.get(draft) ?? "");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  // The same words are sent under the same key, so that they stand there once.
  const key = useRef({ body: "", key: "" });
  useEffect(() => {
    setBody(work.drafts.get(draft) ?? "");
    setProblem(undefined);
  }, [draft]);

  const write = (text: string) => {
    if (text === "") work.drafts.delete(draft);
    else work.drafts.set(draft, text);
    setBody(text);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (isBusy || body.trim() === "") return;
    setBusy(true);
    if (key.current.body !== draft + body) key.current = { body: draft + body, key: newKey() };
    const { problems } = await act(COMMENT_ON_REPORT, {
      id,
      body,
      internal: kind === "note",
      maskPersonalDetails: false,
      idempotencyKey: key.current.key,
    });
    setBusy(false);
    setProblem(problems[0]);
    if (problems.length > 0) return;
    if (work.drafts.get(draft) === body) work.drafts.delete(draft);
    if (work.cursor.peek() === id) setBody(work.drafts.get(draft) ?? "");
    say(t().sent);
    document.getElementById("work-list")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send(event);
    if (event.key !== "Escape") return;
    event.stopPropagation();
    document.getElementById("work-list")?.focus();
  };

  return (
    <form class="work-reply stack" data-kind={kind} onSubmit={send} onKeyDown={onKeyDown}>
      {canNote && (
        <div class="work-switch" role="group" aria-label={t().reply}>
          {(["reply", "note"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={kind === each} onClick={() => (work.writing.value = each)}>
              {each === "reply" ? t().reply : t().note}
              <Key name={each === "reply" ? "r" : "n"} />
            </button>
          ))}
        </div>
      )}
      <Field
        label={kind === "note" ? t().noteTo : t().replyTo}
        hint={kind === "note" ? t().noteHint : t().replyHint}
        error={problem && (problem.message || words().unreachable)}
      >
        {(control) => (
          <textarea
            {...control}
            id="work-reply"
            aria-label={kind === "note" ? t().noteTo : t().replyTo}
            class="input"
            rows={3}
            maxLength={2000}
            value={body}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
        )}
      </Field>
      <div>
        <button class="button" disabled={isBusy || body.trim() === ""}>
          {isBusy ? t().sending : t().send}
          <Key name="Ctrl ⏎" />
        </button>
      </div>
    </form>
  );
}
