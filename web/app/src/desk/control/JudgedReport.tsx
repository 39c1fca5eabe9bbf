import { useState } from "preact/hooks";
import { act } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { words } from "../../texts/words";
import { Photos } from "../../report/Photos";
import { CategoryIcon, Icon } from "../../ui/Icon";
import { StatusBadge } from "../../ui/marks";
import { Ago, Dialog } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { REMOVE_PHOTO, type Judged } from "./documents";
import { ProblemList } from "./ProblemList";
import { problemWords } from "./problems";
import { t } from "./texts";

interface JudgedReportProps {
  report: Judged;
  onHide: () => void;
  onShow: () => void;
  onDismiss: () => void;
}

/** A report in the queue: what it says, what citizens say of it, and what can be done. */
export function JudgedReport({ report, onHide, onShow, onDismiss }: JudgedReportProps) {
  const [removing, setRemoving] = useState<string>();
  const photos = [...report.photos, ...report.proof];
  const why = report.timeline.edges.findLast(({ node }) => node.kind === "HIDDEN")?.node.note;
  return (
    <article class="card stack judged" aria-labelledby={`title-${report.number}`}>
      <div class="spread">
        <div class="row judged-title">
          <CategoryIcon icon={report.category.icon} colour={report.category.colour} />
          <div>
            <h2 id={`title-${report.number}`}>{report.title}</h2>
            <p class="muted small">
              <a href={`/laporan/${report.number}`}>{report.number}</a> · {report.category.name} ·{" "}
              {report.kelurahan.name} · <Ago at={report.submittedAt} />
            </p>
          </div>
        </div>
        <StatusBadge status={report.status} short />
      </div>
      {report.flags.length > 0 && (
        <section class="flags">
          <h3>
            <Icon name="flag" /> {t().flags(formatNumber(report.flags.length))}
          </h3>
          <ul>
            {report.flags.map(({ reason, at }) => (
              <li key={`${at}${reason}`}>
                <q>{reason}</q>{" "}
                <span class="muted small">
                  <Ago at={at} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.description && <p class="words">{report.description}</p>}
      {report.address && <p class="muted small">{report.address}</p>}
      {photos.length > 0 && <Photos photos={photos} title={report.title} />}
      {report.hidden && why && <p>{t().hiddenFor(why)}</p>}
      <div class="row">
        {report.hidden ? (
          <button type="button" class="button" onClick={onShow}>
            <Icon name="visibility" />
            {t().show}
          </button>
        ) : (
          <button type="button" class="button" onClick={onHide}>
            <Icon name="visibility_off" />
            {t().hide}
          </button>
        )}
        {!report.hidden && (
          <button type="button" class="button quiet" onClick={onDismiss}>
            <Icon name="check" />
            {t().dismiss}
          </button>
        )}
        {photos.map(({ id }, index) => (
          <button key={id} type="button" class="button quiet" onClick={() => setRemoving(id)}>
            {photos.length === 1 ? t().removePhoto : t().removePhotoOf(index + 1)}
          </button>
        ))}
      </div>
      {removing && <RemoveDialog report={report} photoId={removing} onClose={() => setRemoving(undefined)} />}
    </article>
  );
}

/** Ask before a photo goes for good. */
function RemoveDialog({ report, photoId, onClose }: { report: Judged; photoId: string; onClose: () => void }) {
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const photo = [...report.photos, ...report.proof].find(({ id }) => id === photoId);
  const remove = async () => {
    setBusy(true);
    const { problems: refused } = await act(REMOVE_PHOTO, { id: report.id, photoId });
    setBusy(false);
    if (refused.length > 0) return setProblems(refused.map(problemWords));
    say(t().photoRemoved);
    onClose();
  };
  return (
    <Dialog title={t().removePhotoTitle} onClose={onClose}>
      <div class="stack">
        {photo && <img src={photo.thumbnailUrl} alt={report.title} width={160} height={160} class="removed" />}
        <p>{t().removePhotoHint}</p>
        <ProblemList texts={problems} />
        <div class="row">
          <button type="button" class="button danger" disabled={busy} onClick={() => void remove()}>
            {t().removePhoto}
          </button>
          <button type="button" class="button quiet" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
