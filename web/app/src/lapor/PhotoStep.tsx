import { Icon } from "../ui/Icon";
import type { KeptReport } from "./machine";
import { MOST_PHOTOS } from "./flow";
import { PhotoPicker, Thumbnails } from "./Photos";
import { Screen } from "./Screen";
import { t } from "./texts";

/** The first step: a photo, or none. */
export function PhotoStep({ report, onward }: { report: KeptReport; onward: () => void }) {
  const { photos } = report.content;
  const has = photos.length > 0;
  const mayAdd = photos.length < MOST_PHOTOS;
  const footer = has ? (
    <button type="button" class="button large wide" onClick={onward}>
      {t().onward}
      <Icon name="arrow_forward" />
    </button>
  ) : (
    <button type="button" class="button quiet large wide" onClick={onward}>
      {t().skipPhoto}
    </button>
  );
  return (
    <Screen title={t().photoTitle} lead={t().photoWhy} footer={footer}>
      <Thumbnails photos={photos} />
      {mayAdd && (
        <div class="pickers">
          <PhotoPicker
            icon="photo_camera"
            label={has ? t().addPhoto : t().takePhoto}
            class={has ? "quiet large" : "large big"}
            camera
            onPicked={has ? () => {} : onward}
          />
          <PhotoPicker
            icon="photo_library"
            label={t().choosePhoto}
            class="quiet large"
            onPicked={has ? () => {} : onward}
          />
        </div>
      )}
      <p class="muted small row faces">
        <Icon name="visibility" />
        <span>{t().faces}</span>
      </p>
    </Screen>
  );
}
