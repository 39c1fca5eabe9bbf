import { useEffect, useRef, useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { formatNumber, formatRatio } from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { StatusBadge } from "../../ui/marks";
import { Ago, Dialog, Field, Skeletons } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { progress, upload } from "../../media/upload";
import { shrink } from "../../media/shrink";
import { Key } from "../Key";
import { changeStatus, perform, type Refusal } from "./acts";
import { changeMany } from "./commands";
import { CANDIDATES, WORK_REPORT, type Candidate, type Row, type StatusInput } from "./documents";
import { Gallery } from "./Pane";
import { Refused } from "./Refused";
import { OUTCOMES, useWork, type Outcome } from "./state";
import { t } from "./texts";

interface FinishProps {
  ids: readonly string[];
  first: Outcome;
  onClose: () => void;
}

/** Close a report, with its outcome. Several get the same one; a fix has a proof of its own, so it is for one. */
export function Finish({ ids, first, onClose }: FinishProps) {
  const work = useWork();
  const row = work.newest(ids[0] as string) as Row;
  const isMany = ids.length > 1;
  const outcomes = OUTCOMES.filter((each) => !isMany || each !== "FIXED");
  const [outcome, setOutcome] = useState<Outcome>(isMany && first === "FIXED" ? "INVALID" : first);
  const [note, setNote] = useState("");
  const [original, setOriginal] = useState("");
  const proofs = useProofs();
  const [refusal, setRefusal] = useState<Refusal>();
  const [opened] = useState(row.version);
  const [isBusy, setBusy] = useState(false);
  const missing = missingOf(outcome, note, original, proofs);

  const send = async (event: Event) => {
    event.preventDefault();
    if (missing || isBusy) return;
    const input: StatusInput = {
      status: "PROCESSED",
      resolution: outcome,
      note: note.trim() || null,
      ...(outcome === "FIXED" && { proofPhotoIds: proofs.all.flatMap(({ id }) => id ?? []) }),
      ...(outcome === "DUPLICATE" && { duplicateOf: original.trim() }),
    };
    if (isMany) {
      onClose();
      return changeMany(work, ids, input);
    }
    setBusy(true);
    const refused = await perform(
      work,
      row.id,
      { status: "PROCESSED", resolution: outcome },
      changeStatus(row.id, input),
      refusal?.report?.version ?? opened,
    );
    setBusy(false);
    setRefusal(refused);
    if (refused) return;
    say(t().done(row.number));
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send(event);
  };

  return (
    <Dialog title={isMany ? t().finishMany(formatNumber(ids.length)) : t().finishTitle(row.number)} onClose={onClose}>
      <form class="stack" onSubmit={send} onKeyDown={onKeyDown} onPaste={proofs.onPaste}>
        <fieldset class="work-outcomes">
          <legend class="visually-hidden">{t().outcome}</legend>
          {outcomes.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="outcome"
                checked={outcome === each}
                autofocus={outcome === each}
                onChange={() => setOutcome(each)}
              />
              <span>{t().outcomes[each]}</span>
            </label>
          ))}
        </fieldset>
        {outcome === "FIXED" && <Proof row={row} proofs={proofs} />}
        {outcome === "DUPLICATE" && <Originals row={row} value={original} choose={setOriginal} />}
        <Note outcome={outcome} value={note} write={setNote} />
        {refusal && <Refused refusal={refusal} kept />}
        <div class="spread">
          <button
            class="button"
            disabled={isBusy}

            aria-describedby="work-missing"
          >
            {refusal ? t().sendAnyway : t().finishNow}
            <Key name="Ctrl ⏎" />
          </button>
          <span id="work-missing" class="small muted" role="status">
            {missing}
          </span>
        </div>
      </form>
    </Dialog>
  );
}

function missingOf(outcome: Outcome, note: string, original: string, proofs: Proofs): string | undefined {
  if (outcome === "FIXED") return proofs.all.some(({ id }) => id) && !proofs.isBusy ? undefined : t().needsProof;
  if (outcome === "DUPLICATE") return original.trim() ? undefined : t().needsOriginal;
  return note.trim() ? undefined : t().needsNote;
}

function Note({ outcome, value, write }: { outcome: Outcome; value: string; write: (text: string) => void }) {
  const isRequired = outcome === "INVALID" || outcome === "OUT_OF_REMIT";
  const templates =
    outcome === "INVALID" ? t().invalidTemplates : outcome === "OUT_OF_REMIT" ? t().outOfRemitTemplates : [];
  return (
    <div class="stack">
      <Field label={t().noteToReporter} hint={isRequired ? t().required : t().optional}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={3}
            maxLength={2000}
            value={value}
            required={isRequired}
            onInput={({ currentTarget }) => write(currentTarget.value)}
          />
        )}
      </Field>
      {templates.length > 0 && (
        <div class="work-templates" role="group" aria-label={t().templates}>
          <span class="small muted">{t().templates}</span>
          {templates.map((template) => (
            <button key={template} type="button" aria-pressed={value === template} onClick={() => write(template)}>
              {template}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

interface ProofPhoto {
  key: string;
  picture: Blob;
  address: string;
  id?: string;
  problem?: string;
}

type Proofs = ReturnType<typeof useProofs>;

let last = 0;

/** Photos of the fix: made small on this device, and sent at once. */
function useProofs() {
  const [all, setAll] = useState<readonly ProofPhoto[]>([]);
  const addresses = useRef<string[]>([]);
  useEffect(() => () => addresses.current.forEach((address) => URL.revokeObjectURL(address)), []);

  const change = (key: string, values: Partial<ProofPhoto>) =>
    setAll((photos) => photos.map((photo) => (photo.key === key ? { ...photo, ...values } : photo)));
  const send = async ({ key, picture }: ProofPhoto) => {
    const uploaded = await upload(key, picture);
    if (uploaded.type === "done") change(key, { id: uploaded.id });
    else change(key, { problem: uploaded.type === "refused" ? uploaded.message : t().proofLost });
  };
  const add = async (files: readonly File[]) => {
    for (const file of files.filter(({ type }) => type.startsWith("image/"))) {
      const picture = await shrink(file);
      const address = URL.createObjectURL(picture);
      addresses.current.push(address);
      const photo = { key: `proof ${++last}`, picture, address };
      setAll((photos) => [...photos, photo]);
      void send(photo);
    }
  };
  return {
    all,
    isBusy: all.some(({ id, problem }) => !id && !problem),
    add,
    again: (photo: ProofPhoto) => {
      setAll((photos) => photos.map((each) => (each.key === photo.key ? omitProblem(each) : each)));
      void send(photo);
    },
    remove: (key: string) => setAll((photos) => photos.filter((photo) => photo.key !== key)),
    onPaste: (event: ClipboardEvent) => void add([...(event.clipboardData?.files ?? [])]),
  };
}

function omitProblem({ problem: _, ...photo }: ProofPhoto): ProofPhoto {
  return photo;
}

/** Before and after side by side, before it is sent. */
function Proof({ row, proofs }: { row: Row; proofs: Proofs }) {
  const { data } = useLoad(WORK_REPORT, { number: row.number });
  const before = data?.report?.photos ?? [];
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void proofs.add([...(event.dataTransfer?.files ?? [])]);
  };
  return (
    <div class="work-compare" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <figure>
        <figcaption>{t().before}</figcaption>
        {before.length > 0 ? <Gallery photos={before} title={row.title} /> : <p class="muted">{t().noBefore}</p>}
      </figure>
      <figure>
        <figcaption>{t().after}</figcaption>
        <ul class="work-photos" data-count="1">
          {proofs.all.map((photo) => (
            <li key={photo.key} class="work-proof">
              <img src={photo.address} alt={t().after} width={400} height={300} />
              <ProofState photo={photo} proofs={proofs} />
            </li>
          ))}
        </ul>
        <label class="button quiet wide work-file">
          <Icon name="photo_camera" />
          {t().addProof}
          <input
            type="file"
            accept="image/*"
            multiple
            onChange={({ currentTarget }) => {
              void proofs.add([...(currentTarget.files ?? [])]);
              currentTarget.value = "";
            }}
          />
        </label>
        <p class="small muted">{t().proofHint}</p>
      </figure>
    </div>
  );
}

function ProofState({ photo, proofs }: { photo: ProofPhoto; proofs: Proofs }) {
  return (
    <div class="row small">
      {!photo.id && !photo.problem && (
        <span role="status">{t().uploading(formatRatio(progress.value.get(photo.key) ?? 0))}</span>
      )}
      {photo.problem && (
        <>
          <span class="work-problem" role="alert">
            {photo.problem}
          </span>
          <button type="button" class="button plain" onClick={() => proofs.again(photo)}>
            <Icon name="sync" />
            {t().sendAnyway}
          </button>
        </>
      )}
      <button type="button" class="button plain" aria-label={t().removeProof} onClick={() => proofs.remove(photo.key)}>
        <Icon name="delete" />
      </button>
    </div>
  );
}

interface OriginalsProps {
  row: Row;
  value: string;
  choose: (original: string) => void;
}

/** What a report may be the duplicate of: of its category, within 200 metres. */
function Originals({ row, value, choose }: OriginalsProps) {
  const { data } = useLoad(CANDIDATES, { at: row.location, category: row.category.code });
  const candidates = data?.nearbyReports.filter(({ report }) => mayBeOriginal(report, row));
  const first = candidates?.[0]?.report.number;
  useEffect(() => {
    if (value === "" && first) choose(first);
  }, [first]);
  return (
    <fieldset class="stack">
      <legend class="label">{t().candidates}</legend>
      {!candidates && <Skeletons count={2} height="5rem" />}
      {candidates?.length === 0 && <p class="muted">{t().noCandidates}</p>}
      <div class="work-candidates">
        {candidates?.map((candidate) => (
          <CandidateCard key={candidate.report.id} candidate={candidate} value={value} choose={choose} />
        ))}
      </div>
      <Field label={t().otherNumber}>
        {(control) => (
          <input
            {...control}
            class="input"
            value={value}
            autocomplete="off"
            onInput={({ currentTarget }) => choose(currentTarget.value)}
          />
        )}
      </Field>
    </fieldset>
  );
}

const mayBeOriginal = ({ id, status, resolution }: Candidate["report"], row: Row): boolean =>
  id !== row.id && (status !== "PROCESSED" || resolution === "FIXED");

function CandidateCard({
  candidate,
  value,
  choose,
}: { candidate: Candidate } & Pick<OriginalsProps, "value" | "choose">) {
  const { report, distanceMetres } = candidate;
  const photo = report.photos[0];
  return (
    <label class="work-candidate">
      <input type="radio" name="original" checked={value === report.number} onChange={() => choose(report.number)} />
      {photo && <img src={photo.thumbnailUrl} alt="" width={72} height={72} />}
      <span class="work-words">
        <strong class="clip">{report.title}</strong>
        <span class="small muted">
          {report.number} · {t().metres(formatNumber(Math.round(distanceMetres)))} · <Ago at={report.submittedAt} />
        </span>
        <span>
          <StatusBadge status={report.status} />
        </span>
      </span>
    </label>
  );
}
