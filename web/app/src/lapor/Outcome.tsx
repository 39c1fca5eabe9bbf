import { useEffect } from "preact/hooks";
import type { ResultOf } from "../api/graphql";
import { useEvents, useLoad } from "../api/hooks";
import { PushOffer } from "../mine/PushSwitch";
import { formatMoment } from "../texts/format";
import { Icon } from "../ui/Icon";
import { StatusBadge } from "../ui/marks";
import { say } from "../ui/toasts";
import { SENT_CHANGED, SENT_REPORT } from "./documents";
import type { KeptReport } from "./machine";
import { flush, watched } from "./outbox";
import { Screen } from "./Screen";
import { t } from "./texts";

/** A report that waits for the network, or for its turn. */
export function Waiting({ report, edit }: { report: KeptReport; edit: () => void }) {
  const isSending = report.phase === "sending";
  return (
    <Screen
      title={isSending ? t().sendingTitle : t().queuedTitle}
      lead={isSending ? t().sendingBody : t().queuedBody}
      footer={
        !isSending && (
          <button type="button" class="button large wide" onClick={() => void flush()}>
            <Icon name="sync" />
            {t().tryNow}
          </button>
        )
      }
    >
      <div class="card row way" data-phase={report.phase} role="status">
        <Icon name={isSending ? "upload" : "cloud_off"} />
        <strong>{t().phase[report.phase]}</strong>
      </div>
      {report.faults.map(({ message }) => (
        <p key={message} class="muted">
          {message}
        </p>
      ))}
      {!isSending && (
        <button type="button" class="button plain start" onClick={edit}>
          <Icon name="edit" />
          {t().edit}
        </button>
      )}
    </Screen>
  );
}

type Sent = NonNullable<ResultOf<typeof SENT_REPORT>["report"]>;

/** A report that has arrived: its number, its status as it is now, and what happens next. */
export function Arrived({ id, number, another }: { id: string; number: string; another: () => void }) {
  const { data, reload } = useLoad(SENT_REPORT, { number });
  const report = data?.report;
  useEvents(SENT_CHANGED, report ? { id: report.id, after: report.cursor } : null, () => {}, reload);
  useEffect(() => {
    watched.add(id);
    return () => void watched.delete(id);
  }, [id]);
  return (
    <Screen
      title={t().sentTitle}
      footer={
        <div class="row foot-buttons">
          <a class="button large" href={`/laporan/${number}`}>
            {t().openReport}
          </a>
          <button type="button" class="button quiet large" onClick={() => void share(number, report?.title ?? "")}>
            <Icon name="share" />
            {t().share}
          </button>
        </div>
      }
    >
      <div class="card stack arrived" role="status">
        <p class="muted small">{t().yourNumber}</p>
        <p class="spread">
          <strong class="number big-number">{number}</strong>
          <span class="status-room">{report && <StatusBadge status={report.status} />}</span>
        </p>
        {report && <p>{report.title}</p>}
      </div>
      <section class="stack next-steps">
        <h2>{t().nextTitle}</h2>
        {report ? <NextSteps report={report} /> : <div class="skeleton next-room" />}
      </section>
      <PushOffer />
      <div class="row">
        <a class="button plain" href="/laporan">
          <Icon name="list_alt" />
          {t().mine}
        </a>
        <button type="button" class="button plain" onClick={another}>
          <Icon name="add" />
          {t().another}
        </button>
      </div>
    </Screen>
  );
}

function NextSteps({ report }: { report: Sent }) {
  const { handler } = report;
  const office = handler.__typename === "Kelurahan" ? t().kelurahanOffice(handler.name) : handler.name;
  return (
    <ol class="steps">
      <li>{t().nextHandler(office)}</li>
      <li>{t().nextDue(formatMoment(report.responseDueAt))}</li>
      <li>{t().nextNews}</li>
    </ol>
  );
}

async function share(number: string, title: string): Promise<void> {
  const url = `${location.origin}/laporan/${number}`;
  if ("share" in navigator) {
    await navigator.share({ title: t().shareText(title, number), url }).catch(() => {}); // closed without sharing
    return;
  }
  await (navigator as Navigator).clipboard.writeText(url);
  say(t().shared);
}

/** The end of the flow for somebody who supports a report instead of sending another one. */
export function Following({ number, title, another }: { number: string; title: string; another: () => void }) {
  return (
    <Screen
      title={t().followingTitle}
      lead={t().followingBody}
      footer={
        <a class="button large wide" href={`/laporan/${number}`}>
          {t().openReport}
        </a>
      }
    >
      <div class="card stack">
        <strong>{title}</strong>
        <span class="muted number">{number}</span>
      </div>
      <PushOffer />
      <button type="button" class="button plain start" onClick={another}>
        <Icon name="add" />
        {t().another}
      </button>
    </Screen>
  );
}
