import { useState } from "preact/hooks";
import { act } from "../../api/hooks";
import { words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { Field } from "../../ui/parts";
import { RATE, REOPEN } from "./documents";
import { t } from "./texts";
import { useActOnce } from "./useActOnce";

const STARS = [1, 2, 3, 4, 5] as const;

/** The reporter says how the problem was fixed. */
export function Rating({ reportId }: { reportId: string }) {
  const [stars, setStars] = useState(0);
  const [comment, setComment] = useState("");
  const { send, problem, busy } = useActOnce(async (idempotencyKey) => {
    const variables = { id: reportId, stars, comment: comment.trim() || null, idempotencyKey };
    return (await act(RATE, variables)).problems;
  }, t().rated);
  return (
    <form class="card stack" onSubmit={send}>
      <fieldset class="rating">
        <legend>
          <h2>{t().rate}</h2>
        </legend>
        <p class="small muted">{t().rateHint}</p>
        <div class="stars">
          {STARS.map((each) => (
            <label key={each} class={each <= stars ? "star full" : "star"}>
              <input
                type="radio"
                name="stars"
                value={each}
                checked={each === stars}
                onChange={() => setStars(each)}
                class="visually-hidden"
              />
              <Icon name="star" />
              <span class="visually-hidden">{t().stars(each)}</span>
            </label>
          ))}
          <span class="star-words">{t().starWords[stars - 1]}</span>
        </div>
      </fieldset>
      <Field label={t().rateComment} error={problem && (problem.message || words().unreachable)}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={2}
            maxLength={2000}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
        )}
      </Field>
      <button class="button" disabled={busy || stars === 0}>
        {busy ? t().sending : t().sendRating}
      </button>
    </form>
  );
}

/** The reporter says that the problem is not fixed. */
export function Reopening({ reportId }: { reportId: string }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { send, problem, busy } = useActOnce(async (idempotencyKey) => {
    return (await act(REOPEN, { id: reportId, reason, idempotencyKey })).problems;
  }, t().reopened);
  if (!open) {
    return (
      <div class="card spread">
        <div>
          <h2>{t().reopen}</h2>
          <p class="small muted">{t().reopenHint}</p>
        </div>
        <button type="button" class="button quiet" onClick={() => setOpen(true)}>
          <Icon name="undo" />
          {t().reopenButton}
        </button>
      </div>
    );
  }
  return (
    <form class="card stack" onSubmit={send}>
      <h2>{t().reopen}</h2>
      <Field label={t().reopenReason} error={problem && (problem.message || words().unreachable)}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={3}
            required
            maxLength={2000}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <button class="button" disabled={busy || reason.trim() === ""}>
          {busy ? t().sending : t().reopenButton}
        </button>
        <button type="button" class="button quiet" onClick={() => setOpen(false)}>
          {words().cancel}
        </button>
      </div>
    </form>
  );
}
