import { useState } from "preact/hooks";
import { categoryOf } from "../lapor/categories";
import { hasContent, type KeptReport } from "../lapor/machine";
import { flush } from "../lapor/outbox";
import { remove, reports } from "../lapor/store";
import { t as form } from "../lapor/texts";
import { words } from "../texts/words";
import { CategoryIcon, Icon } from "../ui/Icon";
import { Ago, Dialog } from "../ui/parts";
import { t } from "./texts";

/** What is on this device only: drafts, and reports that are on their way. */
export function Unsent() {
  const [asked, setAsked] = useState<KeptReport>();
  const here = reports.value.filter((report) => report.phase !== "sent" && hasContent(report));
  if (here.length === 0) return null;
  const confirm = () => {
    if (asked) void remove(asked.id);
    setAsked(undefined);
  };
  return (
    <section class="stack" aria-labelledby="unsent">
      <div>
        <h2 id="unsent">{t().unsent}</h2>
        <p class="muted small">{t().unsentWhy}</p>
      </div>
      <ul class="stack lines">
        {here.map((report) => (
          <UnsentLine key={report.id} report={report} onRemove={() => setAsked(report)} />
        ))}
      </ul>
      {asked && (
        <Dialog title={t().removeQuestion} onClose={() => setAsked(undefined)}>
          <div class="stack">
            <p>{t().removeBody}</p>
            <div class="row">
              <button type="button" class="button danger" onClick={confirm}>
                {t().removeYes}
              </button>
              <button type="button" class="button quiet" onClick={() => setAsked(undefined)}>
                {words().cancel}
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function titleOf({ content }: KeptReport): string {
  if (content.title.trim()) return content.title;
  return content.category ? form().defaultTitle(content.category.name, content.place?.kelurahan?.name) : t().untitled;
}

function UnsentLine({ report, onRemove }: { report: KeptReport; onRemove: () => void }) {
  const { content, phase, faults } = report;
  const category = categoryOf(content.category?.code);
  const title = titleOf(report);
  return (
    <li class="card unsent" data-phase={phase}>
      <CategoryIcon icon={category?.icon ?? "edit"} colour={category?.colour ?? "#455a64"} />
      <div class="stack about">
        <strong>{title}</strong>
        <p class="row small" role="status">
          <span class="way">{form().phase[phase]}</span>
          <span class="muted">
            {content.photos.length > 0 && `${t().photos(content.photos.length)} · `}
            <Ago at={new Date(report.savedAt).toISOString()} />
          </span>
        </p>
        {faults.map(({ message }) => (
          <p key={message} class="small error">
            {message}
          </p>
        ))}
        <div class="row">
          <NextAct report={report} />
          {phase !== "sending" && (
            <button type="button" class="button plain" aria-label={t().remove(title)} onClick={onRemove}>
              <Icon name="delete" />
            </button>
          )}
        </div>
      </div>
    </li>
  );
}

function NextAct({ report: { id, phase } }: { report: KeptReport }) {
  if (phase === "sending") return null;
  if (phase === "queued")
    return (
      <button type="button" class="button quiet" onClick={() => void flush()}>
        <Icon name="sync" />
        {t().sendNow}
      </button>
    );
  const label = phase === "signIn" ? t().signInToSend : phase === "refused" ? t().fix : t().goOn;
  return (
    <a class="button quiet" href={`/lapor?draf=${id}`}>
      {label}
    </a>
  );
}
