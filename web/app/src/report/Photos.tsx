import { useState } from "preact/hooks";
import { words } from "../texts/words";
import { Dialog } from "../ui/parts";
import type { PhotoView } from "./documents";
import { t } from "./texts";
import "./report.css";

/** Thumbnails in a row; one that is pressed opens larger. `title` is what they show, for screen readers. */
export function Photos({ photos, title }: { photos: readonly PhotoView[]; title: string }) {
  const [open, setOpen] = useState<PhotoView>();
  return (
    <>
      <ul class="photos">
        {photos.map((photo, index) => (
          <li key={photo.id}>
            <button type="button" onClick={() => setOpen(photo)} aria-label={t().openPhoto(index + 1, photos.length)}>
              <img src={photo.thumbnailUrl} alt={t().photoOf(title)} width={160} height={160} loading="lazy" />
            </button>
            {photo.concern && <p class="small muted">{t().concern[photo.concern]}</p>}
          </li>
        ))}
      </ul>
      {open && (
        <Dialog title={words().photo} onClose={() => setOpen(undefined)}>
          <img
            src={open.mediumUrl}
            alt={t().photoOf(title)}
            width={open.width}
            height={open.height}
            class="photo-large"
          />
        </Dialog>
      )}
    </>
  );
}

/** The problem and its fix side by side. */
export function BeforeAfter({
  before,
  after,
  title,
}: Record<"before" | "after", readonly PhotoView[]> & { title: string }) {
  return (
    <div class="before-after">
      <figure>
        <figcaption>{t().before}</figcaption>
        {before.length > 0 ? <Photos photos={before} title={title} /> : <p class="muted">{t().noPhotos}</p>}
      </figure>
      <figure>
        <figcaption>{t().after}</figcaption>
        {after.length > 0 ? <Photos photos={after} title={title} /> : <p class="muted">{t().noPhotos}</p>}
      </figure>
    </div>
  );
}
