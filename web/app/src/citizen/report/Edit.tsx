import { useState } from "preact/hooks";
import { act, newKey } from "../../api/hooks";
import { shrink } from "../../media/shrink";
import { upload } from "../../media/upload";
import type { ReportDetail } from "../../report/documents";
import { words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { Field } from "../../ui/parts";
import { Ask } from "./Ask";
import { EDIT } from "./documents";
import { t } from "./texts";

/** Photos of a report at most. */
const MOST = 5;

/** The reporter completes the report: its words, and photos that are added. */
export function Edit({ report, onClose }: { report: ReportDetail; onClose: () => void }) {
  // Words with masked details are changed as they were written.
  const before = report.original ?? report;
  const [title, setTitle] = useState(before.title);
  const [description, setDescription] = useState(before.description);
  const [photos, setPhotos] = useState<readonly string[]>([]);
  const run = async () => {
    const input = {
      ...(title !== before.title && { title }),
      ...(description !== before.description && { description }),
      ...(photos.length > 0 && { addPhotoIds: [...photos] }),
    };
    return (await act(EDIT, { id: report.id, input })).problems;
  };
  return (
    <Ask title={t().edit} done={t().saved} button={t().save} run={run} onClose={onClose}>
      <Field label={t().editTitle}>
        {(control) => (
          <input
            {...control}
            class="input"
            required
            maxLength={150}
            value={title}
            onInput={({ currentTarget }) => setTitle(currentTarget.value)}
          />
        )}
      </Field>
      <Field label={t().editDescription}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            required
            rows={5}
            maxLength={5000}
            value={description}
            onInput={({ currentTarget }) => setDescription(currentTarget.value)}
          />
        )}
      </Field>
      <AddPhotos left={MOST - report.photos.length - photos.length} added={photos} onAdd={setPhotos} />
    </Ask>
  );
}

interface AddPhotosProps {
  /** How many more the report may have. */
  left: number;
  added: readonly string[];
  onAdd: (next: (before: readonly string[]) => readonly string[]) => void;
}

/** Choose photos, which are made small and sent at once; the form then has their ids. */
function AddPhotos({ left, added, onAdd }: AddPhotosProps) {
  const [sending, setSending] = useState(0);
  const [problem, setProblem] = useState<string>();
  const add = async (files: readonly File[]) => {
    setProblem(undefined);
    for (const file of files.slice(0, left)) {
      setSending((count) => count + 1);
      const sent = await upload(newKey(), await shrink(file));
      setSending((count) => count - 1);
      if (sent.type === "done") onAdd((before) => [...before, sent.id]);
      else if (sent.type === "refused") setProblem(sent.message);
      else setProblem(words().unreachable);
    }
  };
  return (
    <Field label={t().addPhoto} hint={t().photoHint} error={problem}>
      {(control) => (
        <>
          <input
            {...control}
            class="input"
            type="file"
            accept="image/*"
            multiple
            disabled={left <= 0 || sending > 0}
            onChange={({ currentTarget }) => void add([...(currentTarget.files ?? [])])}
          />
          <p role="status" class="small">
            {sending > 0 && t().sending}
            {sending === 0 && added.length > 0 && (
              <span class="added">
                <Icon name="check" /> {t().photosAdded(added.length)}
              </span>
            )}
          </p>
        </>
      )}
    </Field>
  );
}
