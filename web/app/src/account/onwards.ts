import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { useLoad } from "../api/hooks";
import { session } from "../api/session";
import { VIEWER } from "./documents";
import { nextPath } from "./next";
import { isLeaving } from "./staff";
import { isStaff } from "./viewer";

/** Once somebody is signed in, in whichever tab, go to where they came from; staff else to their desk. */
export function useOnwards(isReady: boolean): void {
  const { route } = useLocation();
  const { data, failed } = useLoad(VIEWER, session.signedIn.value && isReady ? {} : null);
  const viewer = data?.viewer;
  const isKnown = session.signedIn.value && isReady && (viewer !== undefined || failed);
  useEffect(() => {
    if (!isKnown || isLeaving()) return;
    const path = nextPath() ?? (viewer && isStaff(viewer) ? "/meja" : "/");
    if (/^\/(meja|ruang-kendali)\b/.test(path)) location.replace(path);
    else route(path, true);
  }, [isKnown]);
}
