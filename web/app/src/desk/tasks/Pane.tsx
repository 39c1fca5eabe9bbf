import { useEffect, useState } from "preact/hooks";
import { useClient } from "@urql/preact";
import { useEvents, useLoad } from "../../api/hooks";
import { settings } from "../../api/settings";
import { CityMap } from "../../map";
import { REPORT_CHANGED, type PhotoView } from "../../report/documents";
import { Timeline } from "../../report/Timeline";
import { t as reportTexts } from "../../report/texts";
import { formatMoment } from "../../texts/format";
import { words } from "../../texts/words";
import { CategoryIcon, Icon } from "../../ui/Icon";
import { StatusBadge } from "../../ui/marks";
import { Ago, Dialog, Failed, minute, Notice, Skeletons } from "../../ui/parts";
import { Key } from "../Key";
import { shortcut } from "../keys";
import { setRefusal } from "./acts";
import { goOn, openFinish, openForm } from "./commands";
import { WORK_REPORT, type Row, type WorkReport } from "./documents";
import { dueWords, isAnswerLate, urgency } from "./due";
import { Refused } from "./Refused";
import { Reply } from "./Reply";
import { useWork, type Work } from "./state";
import { t } from "./texts";

/** Milliseconds for which somebody has to stay on a report before it is loaded: keys that are held pass many. */
const SETTLED = 100;
/** Streets where there are tiles, else the kelurahan around the place. */
const ZOOM = settings.tiles ? 16 : 13.25;

/** The report of the cursor: what its row has at once, the rest when it has come. */
export function Pane() {
  const work = useWork();
  const id = work.cursor.value;
  const row = id === null ? undefined : work.view.value.find((each) => each.id === id);
  if (!row) return <Notice icon="list_alt" title={t().pick} />;
  return <Report row={row} />;
}

function Report({ row }: { row: Row }) {
  const work = useWork();
  const client = useClient();
  const settled = useSettled(row.number);
  const { data, failed, reload } = useLoad(WORK_REPORT, settled === undefined ? null : { number: settled });
  const report = data?.report?.id === row.id ? data.report : undefined;
  useEvents(REPORT_CHANGED, report ? { id: report.id, after: report.cursor } : null, () => {}, reload);
  useEffect(() => {
    // Whoever goes on finds the next one here already.
    const rows = work.view.peek();
    const next = rows[rows.findIndex(({ number }) => number === settled) + 1];
    if (settled && next)
      client
        .query(WORK_REPORT, { number: next.number })
        .toPromise()
        .catch(() => {});
  }, [settled]);
  const refusal = work.refusals.value.get(row.id);
  return (
    <article class="work-report" aria-label={row.title}>
      <header class="work-head">
        <button type="button" class="button plain work-back" onClick={() => history.back()}>
          <Icon name="arrow_back" />
          {t().back}
        </button>
        <p class="row small muted">
          <CategoryIcon icon={row.category.icon} colour={row.category.colour} />
          <span>
            {row.category.name} · {row.kelurahan.name}
          </span>
          <span class="number">{row.number}</span>
        </p>
        <h2>{row.title}</h2>
        <p class="row small">
          <StatusBadge status={row.status} />
          {row.resolution && <span>{words().resolution[row.resolution]}</span>}
          {row.status !== "PROCESSED" && <TimeLeft row={row} />}
          <span class="muted">
            <Ago at={row.submittedAt} />
          </span>
          {row.supportCount > 0 && <span class="muted">{t().supporters(row.supportCount)}</span>}
        </p>
        <Acts row={row} work={work} />
      </header>
      {refusal && <Refused refusal={refusal} onDismiss={() => setRefusal(work, row.id, undefined)} />}
      {report ? (
        <Problem report={report} />
      ) : failed ? (
        <Failed again={reload} />
      ) : (
        <Skeletons count={1} height="9rem" />
      )}
      <div class="work-facts">
        <Deadlines row={row} report={report} />
        <Place row={row} report={report} />
      </div>
      {/* Whoever presses the key of the reply writes at once, whether or not the rest is here. */}
      {row.permissions.canComment && <Reply id={row.id} canNote={row.permissions.canNote} />}
      {report && (
        <section class="stack" aria-labelledby="work-timeline">
          <h3 id="work-timeline">{reportTexts().timeline}</h3>
          <Timeline timeline={report.timeline} />
        </section>
      )}
    </article>
  );
}

function TimeLeft({ row }: { row: Row }) {
  const pressing = urgency(row.handlerDueAt, minute.value);
  return (
    <span class="work-due" data-urgency={pressing}>
      <Icon name={pressing === "late" ? "error" : "timer"} />
      {dueWords(row.handlerDueAt, minute.value)}
    </span>
  );
}

function useSettled(number: string): string | undefined {
  const [settled, setSettled] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setSettled(number), settled === undefined ? 0 : SETTLED);
    return () => clearTimeout(timer);
  }, [number]);
  return settled;
}

/** The acts that are possible now, with their keys. The next step comes first. */
function Acts({ row, work }: { row: Row; work: Work }) {
  const { canChangeStatus, canAssign } = row.permissions;
  const ids = [row.id];
  const isOpen = row.status !== "PROCESSED";
  const duplicate = { name: "duplicate", key: "d", run: () => openFinish(work, "DUPLICATE") } as const;
  const acts = [
    ...(canAssign
      ? ([
          { name: "assign", key: "a", run: () => openForm(work, { kind: "assign", ids }) },
          { name: "transfer", key: "t", run: () => openForm(work, { kind: "transfer", ids }) },
          { name: "recategorise", key: "c", run: () => openForm(work, { kind: "recategorise", ids }) },
        ] as const)
      : []),
    ...(canChangeStatus
      ? ([duplicate, { name: "move", key: "m", run: () => openForm(work, { kind: "move", ids }) }] as const)
      : []),
  ];
  return (
    <div class="work-acts">
      {canChangeStatus && row.status === "WAITING" && (
        <button type="button" class="button" onClick={() => goOn(work)} {...shortcut("Enter")}>
          {t().takeOn}
          <Key name="⏎" />
        </button>
      )}
      {canChangeStatus && isOpen && (
        <button
          type="button"
          class={row.status === "IN_PROGRESS" ? "button" : "button quiet"}
          onClick={() => openForm(work, { kind: "finish", ids, outcome: "FIXED" })}
          {...shortcut("s")}
        >
          {t().finish}
          <Key name="s" />
        </button>
      )}
      {isOpen &&
        acts.map(({ name, key, run }) => (
          <button key={name} type="button" class="button quiet" onClick={run} {...shortcut(key)}>
            {t()[name]}
            <Key name={key} />
          </button>
        ))}
      <a class="button plain" href={`/laporan/${row.number}`} target="_blank" rel="noreferrer">
        {t().open}
      </a>
    </div>
  );
}

/** What the reporter shows and says. */
function Problem({ report }: { report: WorkReport }) {
  const { original } = report;
  const description = original?.description ?? report.description;
  return (
    <>
      <Pictures before={report.photos} after={report.proof} title={report.title} />
      {description && <p class="work-description">{description}</p>}
      {original && <p class="small muted">{t().original}</p>}
    </>
  );
}

/** Photos as large as the room allows; with a proof before and after are side by side. */
function Pictures({ before, after, title }: Record<"before" | "after", readonly PhotoView[]> & { title: string }) {
  if (after.length === 0) return <Gallery photos={before} title={title} />;
  return (
    <div class="work-compare">
      <figure>
        <figcaption>{t().before}</figcaption>
        {before.length > 0 ? <Gallery photos={before} title={title} /> : <p class="muted">{t().noBefore}</p>}
      </figure>
      <figure>
        <figcaption>{t().after}</figcaption>
        <Gallery photos={after} title={title} />
      </figure>
    </div>
  );
}

export function Gallery({ photos, title }: { photos: readonly PhotoView[]; title: string }) {
  const [open, setOpen] = useState<PhotoView>();
  if (photos.length === 0) return null;
  return (
    <>
      <ul class="work-photos" data-count={Math.min(photos.length, 3)}>
        {photos.map((photo, index) => (
          <li key={photo.id}>
            <button type="button" onClick={() => setOpen(photo)} aria-label={t().photoNumber(index + 1)}>
              <img src={photo.mediumUrl} alt={reportTexts().photoOf(title)} width={photo.width} height={photo.height} />
            </button>
            {photo.concern && <p class="small work-concern">{reportTexts().concern[photo.concern]}</p>}
          </li>
        ))}
      </ul>
      {open && (
        <Dialog title={words().photo} onClose={() => setOpen(undefined)}>
          <img
            class="photo-large"
            src={open.url}
            alt={reportTexts().photoOf(title)}
            width={open.width}
            height={open.height}
          />
        </Dialog>
      )}
    </>
  );
}

function Deadlines({ row, report }: { row: Row; report: WorkReport | undefined }) {
  const at = minute.value;
  const isOpen = row.status !== "PROCESSED";
  return (
    <section class="card stack" aria-labelledby="work-deadlines">
      <h3 id="work-deadlines">{t().deadlines}</h3>
      <dl class="work-pairs">
        <dt>{t().answerDue}</dt>
        <dd>
          {row.respondedAt ? (
            t().answered(formatMoment(row.respondedAt))
          ) : (
            <Deadline at={row.responseDueAt} late={isAnswerLate(row, at)} />
          )}
        </dd>
        <dt>{t().processingDue}</dt>
        <dd>
          <Deadline at={row.processingDueAt} late={isOpen && Date.parse(row.processingDueAt) < at} />
        </dd>
        {isOpen && (
          <>
            <dt>{t().handlerDue}</dt>
            <dd>
              <Deadline at={row.handlerDueAt} late={Date.parse(row.handlerDueAt) < at} />
            </dd>
          </>
        )}
      </dl>
      {row.rating !== null && <p>{t().rated(row.rating)}</p>}
      {report?.scores === false && <p class="small muted">{t().noScore}</p>}
      {report?.importedFrom && <p class="small muted">{t().imported(report.importedFrom)}</p>}
    </section>
  );
}

function Deadline({ at, late }: { at: string; late: boolean }) {
  return (
    <span class="work-deadline">
      {formatMoment(at)}
      {late && (
        <strong class="work-due" data-urgency="late">
          <Icon name="error" />
          {dueWords(at, minute.value)}
        </strong>
      )}
    </span>
  );
}

function Place({ row, report }: { row: Row; report: WorkReport | undefined }) {
  const address = report?.original?.address ?? report?.address;
  const words = [address, row.kelurahan.name].filter(Boolean).join(", ");
  // The map is drawn once, and moves when somebody stays on a report.
  const [shown, setShown] = useState({ row, focus: { at: row.location, zoom: ZOOM } });
  const settled = useSettled(row.number);
  const { latitude, longitude } = row.location;
  useEffect(() => {
    if (settled === row.number) setShown({ row, focus: { at: row.location, zoom: ZOOM } });
  }, [settled === row.number, row.number, latitude, longitude]);
  return (
    <section class="card stack" aria-labelledby="work-place">
      <h3 id="work-place">{t().place}</h3>
      <p>{words}</p>
      <div class="work-map">
        <CityMap
          still
          label={t().map(words)}
          focus={shown.focus}
          pin={shown.row.location}
          outlined={shown.row.kelurahan.code}
        />
      </div>
      <dl class="work-pairs">
        <dt>{t().handler}</dt>
        <dd>{row.handler.name}</dd>
        <dt>{t().reporter}</dt>
        <dd>{report ? (report.reporter?.pseudonym ?? t().anonymous) : "…"}</dd>
      </dl>
      {report?.duplicateOf && (
        <a href={`/laporan/${report.duplicateOf.number}`}>{t().seeOriginal(report.duplicateOf.number)}</a>
      )}
    </section>
  );
}
