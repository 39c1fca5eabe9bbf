import { useLocation } from "preact-iso";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { session } from "../api/session";
import { words } from "../texts/words";
import { Icon } from "../ui/Icon";
import { Dialog } from "../ui/parts";
import type { Viewer } from "./documents";
import { signInAddress } from "./next";
import { t } from "./texts";
import { isStaff, signOut, useViewer } from "./viewer";
import "./account.css";

/** For bars: who is signed in, with the ways to their account and out; for a visitor the way in. */
export function AccountMenu() {
  const { path } = useLocation();
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return undefined;
    const close = ({ target }: Event) => {
      if (!box.current?.contains(target as Node)) setOpen(false);
    };
    addEventListener("click", close);
    addEventListener("focusin", close);
    return () => {
      removeEventListener("click", close);
      removeEventListener("focusin", close);
    };
  }, [isOpen]);

  if (viewer === null) {
    if (path === "/masuk") return null;
    return (
      <>
        <a class="button quiet account-enter" href={signInAddress()}>
          {t().signIn}
        </a>
        {session.lost.value && <Lost />}
      </>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return (
    <div class="account-menu" ref={box} onKeyDown={onKeyDown}>
      <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <Icon name="person" />
        <span class="clip">{viewer ? nameOf(viewer) : t().account}</span>
      </button>
      <div id={id} class="account-list" hidden={!isOpen}>
        {viewer && (
          <p class="account-who">
            <strong>{viewer.pseudonym}</strong>
            <span class="muted small">{viewer.email}</span>
            {viewer.memberships
              .filter(({ role }) => role !== "CITIZEN")
              .map(({ role, unit }) => (
                <span key={`${role} ${unit?.id}`} class="muted small">
                  {[words().role[role], unit?.name].filter(Boolean).join(" · ")}
                </span>
              ))}
          </p>
        )}
        <ul onClick={() => setOpen(false)}>
          {viewer && isStaff(viewer) && (
            <li>
              <a href="/meja">
                <Icon name="list_alt" />
                {t().desk}
              </a>
            </li>
          )}
          <li>
            <a href="/akun">
              <Icon name="settings" />
              {t().account}
            </a>
          </li>
          <li>
            <button type="button" onClick={() => void signOut()}>
              <Icon name="logout" />
              {t().signOut}
            </button>
          </li>
        </ul>
      </div>
    </div>
  );
}

/** The session has ended by itself. The dialog stays until the person has seen it. */
function Lost() {
  const close = () => session.end();
  return (
    <Dialog title={t().lost} onClose={close}>
      <div class="stack">
        <p>{t().lostMore}</p>
        <a class="button wide" href={signInAddress()}>
          {t().signIn}
        </a>
        <button type="button" class="button plain" onClick={close}>
          {t().goOnAsVisitor}
        </button>
      </div>
    </Dialog>
  );
}

/** Staff are at work for their unit; a pseudonym is what others read at a citizen's report. */
function nameOf({ memberships, pseudonym }: Viewer): string {
  const work = memberships.find(({ role }) => role !== "CITIZEN");
  return work ? (work.unit?.name ?? words().role[work.role]) : pseudonym;
}
