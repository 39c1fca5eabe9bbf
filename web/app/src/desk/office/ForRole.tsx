import type { ComponentChildren } from "preact";
import { isStaff, signInAddress, useViewer, type Viewer } from "../../account";
import { Notice, Skeletons } from "../../ui/parts";
import { isControlRoom, supervised } from "./roles";
import { t } from "./texts";

const NEEDS = {
  staff: { may: isStaff, words: () => t().forStaff },
  supervisors: {
    may: (viewer: Viewer) => isControlRoom(viewer) || supervised(viewer).length > 0,
    words: () => t().forSupervisors,
  },
  controlRoom: { may: isControlRoom, words: () => t().forControlRoom },
} as const;

interface ForRoleProps {
  who: keyof typeof NEEDS;
  children: (viewer: Viewer) => ComponentChildren;
}

/** A page of the desk for those whose page it is. The others read whose it is, and where to go. */
export function ForRole({ who, children }: ForRoleProps) {
  const viewer = useViewer();
  const { may, words } = NEEDS[who];
  if (viewer && may(viewer)) return <>{children(viewer)}</>;
  return (
    <main id="content" class="page">
      {viewer === undefined ? (
        <Skeletons count={4} height="5rem" />
      ) : (
        <Notice icon="lock" title={t().notForYou}>
          <p>{words()}</p>
          {viewer === null ? (
            <a class="button" href={signInAddress()}>
              {t().signIn}
            </a>
          ) : (
            <a class="button quiet" href="/meja">
              {t().toWork}
            </a>
          )}
        </Notice>
      )}
    </main>
  );
}
