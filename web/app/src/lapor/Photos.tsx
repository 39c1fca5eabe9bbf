import { useEffect, useState } from "preact/hooks";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import { addPhoto, MOST_PHOTOS, preparing, removePhoto, type Added } from "./flow";
import type { KeptPhoto } from "./machine";
import { picture } from "./store";
import { t } from "./texts";
import { progress } from "../media/upload";

/** Add the files that were chosen, one after the other: a phone has little memory. */
async function addAll(files: readonly File[]): Promise<void> {
  const says: Record<Added, (name: string) => string | undefined> = {
    added: () => undefined,
    full: () => t().photoFull(MOST_PHOTOS),
    twice: () => t().photoTwice,
    unreadable: t().photoUnreadable,
    large: () => t().photoLarge,
  };
  for (const file of files) {
    const text = says[await addPhoto(file)](file.name);
    if (text) say(text);
  }
}

interface PickerProps {
  icon: string;
  label: string;
  class: string;
  /** Open the camera at once, where there is one. */
  camera?: boolean;
  onPicked?: () => void;
}

/** A button that takes a photo, or chooses some. */
export function PhotoPicker({ icon, label, class: look, camera, onPicked }: PickerProps) {
  const pick = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = ""; // the same file may be chosen again after it was removed
    if (files.length === 0) return;
    void addAll(files);
    onPicked?.();
  };
  return (
    <label class={`button picker ${look}`}>
      <Icon name={icon} />
      {label}
      <input
        class="visually-hidden"
        type="file"
        accept="image/*"
        {...(camera ? { capture: "environment" as const } : { multiple: true })}
        onChange={pick}
      />
    </label>
  );
}

/** The photos of a report, each with how far its upload is. */
export function Thumbnails({ photos }: { photos: readonly KeptPhoto[] }) {
  if (photos.length === 0 && preparing.value === 0) return null;
  return (
    <>
      <ul class="thumbnails">
        {photos.map((photo, index) => (
          <Thumbnail key={photo.id} photo={photo} at={index + 1} />
        ))}
        {Array.from({ length: preparing.value }, (_, index) => (
          <li key={index} class="skeleton" role="status" aria-label={t().preparing} />
        ))}
      </ul>
      {photos.map(
        ({ id, refused }, index) =>
          refused && (
            <p key={id} class="error small" role="alert">
              {t().photoFault(index + 1, refused)}
            </p>
          ),
      )}
    </>
  );
}

function Thumbnail({ photo, at }: { photo: KeptPhoto; at: number }) {
  const [address, setAddress] = useState<string>();
  const [canShow, setCanShow] = useState(true);
  useEffect(() => {
    let made: string | undefined;
    let isGone = false;
    void picture(photo.id).then((blob) => {
      if (!blob || isGone) return;
      setAddress((made = URL.createObjectURL(blob)));
    });
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [photo.id]);
  return (
    <li data-refused={photo.refused !== undefined}>
      {address && canShow && <img src={address} alt={t().photo(at)} onError={() => setCanShow(false)} />}
      {!canShow && (
        <span class="unseen" role="img" aria-label={t().photo(at)}>
          <Icon name="photo_library" />
        </span>
      )}
      <PhotoState photo={photo} />
      <button type="button" class="cross" aria-label={t().removePhoto(at)} onClick={() => removePhoto(photo.id)}>
        <Icon name="close" />
      </button>
    </li>
  );
}

function PhotoState({ photo }: { photo: KeptPhoto }) {
  const ratio = progress.value.get(photo.id);
  if (photo.refused)
    return (
      <span class="state done">
        <Icon name="error" />
      </span>
    );
  if (photo.uploaded)
    return (
      <span class="state done" title={t().uploaded}>
        <Icon name="check" />
        <span class="visually-hidden">{t().uploaded}</span>
      </span>
    );
  if (ratio === undefined)
    return (
      <span class="state done" title={t().photoKept}>
        <Icon name="timer" />
        <span class="visually-hidden">{t().photoKept}</span>
      </span>
    );
  return (
    <progress class="state" value={ratio} max={1} aria-label={t().uploading(Math.round(ratio * 100))}>
      {Math.round(ratio * 100)} %
    </progress>
  );
}
