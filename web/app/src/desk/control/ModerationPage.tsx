import { useEffect, useState } from "preact/hooks";
import { act, useCalmly, useEvents } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { words } from "../../texts/words";
import { Failed, Notice, Skeletons } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { ForRole } from "../office/ForRole";
import { usePages } from "../office/pages";
import "../office/office.css";
import "./control.css";
import { DISMISS_FLAGS, FLAGGED, MODERATED, SHOW_REPORT, type Judged } from "./documents";
import { HideDialog } from "./HideDialog";
import { JudgedReport } from "./JudgedReport";
import { problemWords } from "./problems";
import { t } from "./texts";

/** Kinds of events after which the queue is another one. */
const CHANGING = ["HIDDEN", "UNHIDDEN", "ERASED", "EDITED"];
/** Milliseconds after which the queue is read again: a flag is no event. */
const AGAIN = 15_000;

/** `/meja/moderasi`: what citizens have flagged, and what is hidden. */
export default function ModerationPage() {
  return <ForRole who="controlRoom">{() => <Queue />}</ForRole>;
}

function Queue() {
  const { data, rows, more, failed, reload } = usePages(FLAGGED, {}, ({ flaggedReports }) => flaggedReports);
  const [tab, setTab] = useState<"flagged" | "hidden">("flagged");
  const [hiding, setHiding] = useState<Judged>();
  useLively(data?.flaggedReports.cursor, reload);

  const show = async (report: Judged) => {
    const { problems } = await act(SHOW_REPORT, { id: report.id });
    say(problems[0] ? problemWords(problems[0]) : t().wasShown(report.number));
    reload();
  };
  const dismiss = async (report: Judged) => {
    const { problems } = await act(DISMISS_FLAGS, { id: report.id });
    say(problems[0] ? problemWords(problems[0]) : t().wasDismissed(report.number));
    reload();
  };
  const hidden = (report: Judged) => {
    setHiding(undefined);
    say(t().wasHidden(report.number), { label: t().undo, run: () => void show(report) });
    reload();
  };
  const lists = {
    flagged: rows?.filter((report) => !report.hidden) ?? [],
    hidden: rows?.filter((report) => report.hidden) ?? [],
  };
  const tabs = [
    ["flagged", t().flagged(formatNumber(lists.flagged.length))],
    ["hidden", t().hiddenOnes(formatNumber(lists.hidden.length))],
  ] as const;
  return (
    <main id="content" class="page stack">
      <div class="spread">
        <h1>{t().moderation}</h1>
        <div class="segments" role="group" aria-label={t().queue}>
          {tabs.map(([each, label]) => (
            <button key={each} type="button" aria-pressed={tab === each} onClick={() => setTab(each)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      <p class="muted">
        {t().moderationIntro} {t().onlyReporter}
      </p>
      {failed && <Failed again={reload} />}
      {!rows && !failed && <Skeletons count={3} height="12rem" />}
      {rows && lists[tab].length === 0 && (
        <Notice icon="check_circle" title={tab === "flagged" ? t().noFlagged : t().noHidden} />
      )}
      <ul class="stack">
        {lists[tab].map((report) => (
          <li key={report.id}>
            <JudgedReport
              report={report}
              onHide={() => setHiding(report)}
              onShow={() => void show(report)}
              onDismiss={() => void dismiss(report)}
            />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" class="button quiet" onClick={more}>
          {words().more}
        </button>
      )}
      {hiding && <HideDialog report={hiding} onClose={() => setHiding(undefined)} onHidden={() => hidden(hiding)} />}
    </main>
  );
}

/** Read the queue again when a colleague has done something, and from time to time for new flags. */
function useLively(cursor: string | undefined, reload: () => void): void {
  const reloadCalmly = useCalmly(reload, 1000);
  useEvents(
    MODERATED,
    cursor ? { after: cursor } : null,
    ({ reportFeed }) => {
      if (CHANGING.includes(reportFeed.kind)) reloadCalmly();
    },
    reload,
  );
  useEffect(() => {
    const timer = setInterval(reloadCalmly, AGAIN);
    return () => clearInterval(timer);
  }, []);
}
