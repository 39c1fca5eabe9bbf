import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { AccountMenu, isStaff, LanguageSwitch, SignInForm, useViewer, type Viewer } from "../account";
import { connection } from "../api/live";
import { Icon } from "../ui/Icon";
import { LiveBadge } from "../ui/marks";
import { Notice } from "../ui/parts";
import { Help } from "./Help";
import { listenForFirst, useKeys } from "./keys";
import { pagesOf } from "./pages";
import { t } from "./texts";
import "./desk.css";

/** The bar of the desk, over each of its pages. They are for staff: others sign in here, or are told so. */
export function Shell({ children }: { children: ComponentChildren }) {
  const viewer = useViewer();
  useEffect(() => {
    document.title = t().title;
  });
  return (
    <>
      <Bar viewer={viewer ?? undefined} />
      <Inside viewer={viewer}>{children}</Inside>
    </>
  );
}

function Bar({ viewer }: { viewer: Viewer | undefined }) {
  const { path, route } = useLocation();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const pages = viewer ? pagesOf(viewer) : [];
  useEffect(listenForFirst, []);
  useKeys({
    "?": () => setHelpOpen(true),
    ...Object.fromEntries(pages.map(({ key, path: to }) => [`g ${key}`, () => route(to)])),
  });
  return (
    <header class="bar desk-bar">
      <a class="brand" href="/meja">
        <img src="/static/tanggap.svg" alt="" width={34} height={14} />
        Tanggap
      </a>
      <nav aria-label={t().navigation}>
        {pages.map(({ path: to, name }) => (
          <a key={to} href={to} {...(path === to && { "aria-current": "page" as const })}>
            {t()[name]}
          </a>
        ))}
      </nav>
      <div class="desk-tools">
        {viewer && connection.value !== "idle" && <LiveBadge />}
        <button
          type="button"
          class="button plain desk-help"
          aria-label={t().shortcuts}
          title={t().shortcuts}
          aria-keyshortcuts="?"
          onClick={() => setHelpOpen(true)}
        >
          <Icon name="keyboard" />
        </button>
        <LanguageSwitch />
        {viewer && <AccountMenu />}
      </div>
      {isHelpOpen && <Help pages={pages} onClose={() => setHelpOpen(false)} />}
    </header>
  );
}

function Inside({ viewer, children }: { viewer: Viewer | null | undefined; children: ComponentChildren }) {
  if (viewer === undefined) return <main id="content" class="page" aria-busy="true" />;
  if (viewer === null) {
    return (
      <main id="content" class="page desk-sign-in stack">
        <h1>{t().signIn}</h1>
        <p class="muted">{t().forStaff}</p>
        <SignInForm />
      </main>
    );
  }
  if (isStaff(viewer)) return <>{children}</>;
  return (
    <main id="content" class="page narrow">
      <Notice icon="lock" title={t().notStaff}>
        <p>{t().notStaffMore}</p>
        <a class="button" href="/">
          {t().toCitizens}
        </a>
      </Notice>
    </main>
  );
}
