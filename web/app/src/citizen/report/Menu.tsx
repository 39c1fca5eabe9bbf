import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../../api/hooks";
import { Icon } from "../../ui/Icon";
import { Field } from "../../ui/parts";
import type { ReportDetail } from "../../report/documents";
import { share } from "../share";
import { t as common } from "../texts";
import { Ask, type AskProps } from "./Ask";
import { Edit } from "./Edit";
import { ERASE, FLAG, MAKE_ANONYMOUS, WITHDRAW } from "./documents";
import { t } from "./texts";

type Open = "edit" | "withdraw" | "anonymous" | "erase" | "flag";

/** What the reporter may do with the report, or what somebody else may say about it, and the way to share it. */
export function Menu({ report }: { report: ReportDetail }) {
  const [open, setOpen] = useState<Open>();
  const menu = useRef<HTMLDetailsElement>(null);
  useClosing(menu);
  const { permissions, viewerIsReporter, reporter } = report;
  const offered: [Open, string, string, boolean][] = [
    ["edit", "edit", t().edit, permissions.canEdit],
    ["anonymous", "visibility_off", t().makeAnonymous, viewerIsReporter && reporter !== null],
    ["withdraw", "undo", t().withdraw, permissions.canWithdraw],
    ["erase", "delete", t().erase, permissions.canErase],
    ["flag", "flag", t().flag, permissions.canFlag],
  ];
  const items = offered.filter(([, , , isOffered]) => isOffered);
  const close = () => setOpen(undefined);
  return (
    <div class="acts">
      <button type="button" class="button quiet" onClick={() => void share(report.title, `/laporan/${report.number}`)}>
        <Icon name="share" />
        {common().share}
      </button>
      {items.length > 0 && (
        <details class="menu" ref={menu}>
          <summary class="button quiet">
            <Icon name="more_horiz" />
            {t().more}
          </summary>
          <ul>
            {items.map(([name, icon, label]) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={({ currentTarget }) => {
                    currentTarget.closest("details")?.removeAttribute("open");
                    setOpen(name);
                  }}
                >
                  <Icon name={icon} />
                  {label}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      {open === "edit" && <Edit report={report} onClose={close} />}
      {open === "flag" && <Flag reportId={report.id} onClose={close} />}
      {open === "withdraw" && (
        <Confirm
          title={t().withdraw}
          warning={t().withdrawWords}
          done={t().withdrawn}
          run={async (idempotencyKey) => (await act(WITHDRAW, { id: report.id, idempotencyKey })).problems}
          onClose={close}
        />
      )}
      {open === "anonymous" && (
        <Confirm
          title={t().makeAnonymous}
          warning={t().makeAnonymousWords}
          done={t().madeAnonymous}
          run={async () => (await act(MAKE_ANONYMOUS, { id: report.id })).problems}
          onClose={close}
        />
      )}
      {open === "erase" && (
        <Confirm
          title={t().erase}
          warning={t().eraseWords}
          done={t().erased}
          run={async () => (await act(ERASE, { id: report.id })).problems}
          onClose={close}
        />
      )}
    </div>
  );
}

/** Close a menu by Escape, and when somebody goes on elsewhere. */
function useClosing(menu: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const close = (event: Event) => {
      const { current } = menu;
      if (!current?.open) return;
      const isLeft = event instanceof KeyboardEvent ? event.key === "Escape" : !current.contains(event.target as Node);
      if (isLeft) current.open = false;
    };
    const names = ["click", "focusin", "keydown"] as const;
    for (const name of names) addEventListener(name, close);
    return () => {
      for (const name of names) removeEventListener(name, close);
    };
  }, []);
}

interface ConfirmProps extends Pick<AskProps, "title" | "done" | "run" | "onClose"> {
  warning: string;
}

function Confirm({ warning, ...props }: ConfirmProps) {
  return (
    <Ask {...props} button={props.title} danger>
      <p>{warning}</p>
    </Ask>
  );
}

function Flag({ reportId, onClose }: { reportId: string; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const run = async () => (await act(FLAG, { id: reportId, reason })).problems;
  return (
    <Ask
      title={t().flag}
      done={t().flagged}
      button={t().send}
      disabled={reason.trim().length < 3}
      run={run}
      onClose={onClose}
    >
      <Field label={t().flagReason} hint={t().flagHint}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            rows={3}
            maxLength={500}
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
      </Field>
    </Ask>
  );
}
