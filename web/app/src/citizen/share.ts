import { say } from "../ui/toasts";
import { t } from "./texts";

/** Offer the ways of the device to share a page of this site; where there are none, copy its address. */
export async function share(title: string, path: string): Promise<void> {
  const url = `${location.origin}${path}`;
  if ("share" in navigator) {
    await navigator.share({ title, url }).catch(() => {}); // somebody changed their mind
    return;
  }
  try {
    await (navigator as Navigator).clipboard.writeText(url);
    say(t().copied);
  } catch {
    say(t().copyFailed); // on plain http browsers have no clipboard
  }
}
