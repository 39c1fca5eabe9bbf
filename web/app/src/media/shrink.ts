/** The longer side of a photo that is sent, in pixels. */
const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

/** The size of a picture whose longer side is at most `longest`, in whole pixels. It is never made larger. */
export function fit(width: number, height: number, longest = LONGEST_SIDE): { width: number; height: number } {
  const ratio = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
}

/** Make a photo small on this device. A file that the browser cannot decode, such as HEIC, stays as it is. */
export async function shrink(file: Blob): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, fit(picture.width, picture.height));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return small ?? file;
  } catch {
    return file;
  }
}
