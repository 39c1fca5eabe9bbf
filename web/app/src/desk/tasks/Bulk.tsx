import { formatNumber } from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { Key } from "../Key";
import { shortcut } from "../keys";
import { goOn, openFinish, openForm, targets } from "./commands";
import { useWork } from "./state";
import { t } from "./texts";

/** What can be done with the selected reports, how far it has come, and what was refused. */
export function Bulk() {
  const work = useWork();
  const progress = work.progress.value;
  if (progress) return <Result />;
  const count = work.chosen.value.size;
  if (count === 0) return null;
  const handing = (kind: "assign" | "transfer" | "recategorise") => openForm(work, { kind, ids: targets(work) });
  const acts = [
    ["takeOn", "Enter", "⏎", () => goOn(work)],
    ["finish", "s", "s", () => openFinish(work, "FIXED")],
    ["assign", "a", "a", () => handing("assign")],
    ["transfer", "t", "t", () => handing("transfer")],
    ["recategorise", "c", "c", () => handing("recategorise")],
  ] as const;
  return (
    <section class="work-bulk" aria-label={t().chosen(formatNumber(count))}>
      <strong class="number">{t().chosen(formatNumber(count))}</strong>
      {acts.map(([name, key, shown, run]) => (
        <button key={name} type="button" class="button quiet" onClick={run} {...shortcut(key)}>
          {t()[name]}
          <Key name={shown} />
        </button>
      ))}
      <button type="button" class="button plain" onClick={() => (work.chosen.value = new Set())}>
        <Icon name="close" />
        {t().clear}
      </button>
    </section>
  );
}

function Result() {
  const work = useWork();
  const progress = work.progress.value;
  if (!progress) return null;
  const { done, count, refused } = progress;
  const isOver = done === count;
  return (
    <section class="work-bulk" aria-live="polite">
      {!isOver && (
        <>
          <progress max={count} value={done} aria-label={t().progress(formatNumber(done), formatNumber(count))} />
          <span class="number">{t().progress(formatNumber(done), formatNumber(count))}</span>
        </>
      )}
      {isOver && refused.length > 0 && (
        <>
          <strong>{t().someRefused(formatNumber(count - refused.length), formatNumber(refused.length))}</strong>
          <ul class="work-refused-list small">
            {refused.map(({ id, number, message }) => (
              <li key={id}>
                <button type="button" class="button plain number" onClick={() => work.goTo(id)}>
                  {number}
                </button>
                {message}
              </li>
            ))}
          </ul>
          <button type="button" class="button quiet" onClick={() => (work.progress.value = undefined)}>
            {t().ok}
          </button>
        </>
      )}
    </section>
  );
}
