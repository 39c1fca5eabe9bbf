import { useState } from "preact/hooks";
import { signInAddress } from "../../account";
import { act } from "../../api/hooks";
import { session } from "../../api/session";
import { words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { say } from "../../ui/toasts";
import type { ReportDetail } from "../../report/documents";
import { SUPPORT, WITHDRAW_SUPPORT } from "./documents";
import { t } from "./texts";

/** Support a report, or stop it. It shows at once; a visitor signs in first, and comes back. */
export function Support({ report }: { report: ReportDetail }) {
  const [wanted, setWanted] = useState<boolean>();
  const { id, number, viewerHasSupported, permissions, status, viewerIsReporter } = report;
  const supports = wanted ?? viewerHasSupported;
  const count = report.supportCount + Number(supports) - Number(viewerHasSupported);

  const toggle = async () => {
    setWanted(!supports);
    const { problems } = supports ? await act(WITHDRAW_SUPPORT, { id }) : await act(SUPPORT, { id });
    setWanted(undefined);
    if (problems[0]) say(problems[0].message || words().unreachable);
  };

  return (
    <section class="support">
      <p>
        <Icon name="group" />
        <strong class="number">{t().supporters(count)}</strong>
      </p>
      {permissions.canSupport && (
        <button
          type="button"
          class={supports ? "button quiet" : "button"}
          aria-pressed={supports}
          disabled={wanted !== undefined}
          onClick={toggle}
        >
          <Icon name={supports ? "check" : "thumb_up"} />
          {supports ? t().supported : t().support}
        </button>
      )}
      {!session.signedIn.value && status !== "PROCESSED" && (
        <a class="button" href={signInAddress(`/laporan/${number}`)}>
          <Icon name="thumb_up" />
          {t().support}
        </a>
      )}
      {!supports && !viewerIsReporter && status !== "PROCESSED" && <p class="small muted">{t().supportHint}</p>}
    </section>
  );
}
