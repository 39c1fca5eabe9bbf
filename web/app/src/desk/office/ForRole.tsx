import type { ComponentChildren } from "preact";
import { useViewer, type Viewer } from "../../account";
import { Notice, Skeletons } from "../../ui/parts";
import { isControlRoom, overUnits } from "./roles";
import { t } from "./texts";

const PAGES = {
  supervisors: { may: overUnits, words: () => t().forSupervisors },
  controlRoom: { may: isControlRoom, words: () => t().forControlRoom },
} as const;

interface ForRoleProps {
  who: keyof typeof PAGES;
  children: (viewer: Viewer) => ComponentChildren;
}

/** A page of the desk for some of the staff. The others read whose page it is. */
export function ForRole({ who, children }: ForRoleProps) {
  const viewer = useViewer();
  const { may, words } = PAGES[who];
  if (viewer && may(viewer)) return <>{children(viewer)}</>;
  return (
    <main id="content" class="page">
      {viewer ? (
        <Notice icon="lock" title={t().notForYou}>
          <p>{words()}</p>
          <a class="button quiet" href="/meja">
            {t().toWork}
          </a>
        </Notice>
      ) : (
        <Skeletons count={4} height="5rem" />
      )}
    </main>
  );
}
