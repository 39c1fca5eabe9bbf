import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { AccountMenu, LanguageSwitch } from "../account";
import { connection } from "../api/live";
import { session } from "../api/session";
import { arriveAt } from "../ui/arrival";
import { Icon } from "../ui/Icon";
import { LiveBadge } from "../ui/marks";
import { unreadCount, waitingCount } from "../mine/counts";
import { t } from "./texts";
import "./Shell.css";

/** What surrounds every page of citizens: the bar above, on a phone the bar below, and the foot. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  arriveAt(path);
  const isForm = path === "/lapor"; // it has the foot of the page for itself
  const news = session.signedIn.value ? unreadCount.value : 0;
  const unread = news + waitingCount.value;
  const current = (href: string) =>
    (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`)) && { "aria-current": "page" as const };
  const account = session.signedIn.value
    ? (["/akun", "person", t().account] as const)
    : (["/masuk", "person", t().signIn] as const);
  return (
    <>
      <header class="bar citizen-bar">
        <a class="brand" href="/">
          <img src="/static/tanggap.svg" alt="" width={34} height={14} />
          Tanggap
        </a>
        <span class="live-place">{connection.value !== "idle" && <LiveBadge />}</span>
        <nav class="wide-nav" aria-label={t().navigation}>
          <a href="/" {...current("/")}>
            {t().home}
          </a>
          <a href="/laporan" {...(path === "/laporan" && { "aria-current": "page" as const })}>
            {t().reports}
            <Badge count={unread} />
          </a>
          <a href="/peringkat" {...current("/peringkat")}>
            {t().board}
          </a>
          <a href="/kelurahan" {...current("/kelurahan")}>
            {t().places}
          </a>
          <a class="button" href="/lapor">
            <Icon name="add_a_photo" />
            {t().submit}
          </a>
        </nav>
        <LanguageSwitch />
        <AccountMenu />
      </header>
      {children}
      {!isForm && <Foot />}
      {!isForm && (
        <nav class="phone-nav" aria-label={t().navigation}>
          <Tab href="/" icon="home" label={t().home} current={path === "/"} />
          <Tab href="/laporan" icon="list_alt" label={t().reports} current={path === "/laporan"} badge={unread} />
          <a class="phone-submit" href="/lapor">
            <span>
              <Icon name="add" />
            </span>
            {t().submit}
          </a>
          <Tab href="/peringkat" icon="leaderboard" label={t().board} current={path.startsWith("/peringkat")} />
          <Tab href={account[0]} icon={account[1]} label={account[2]} current={path.startsWith(account[0])} />
        </nav>
      )}
    </>
  );
}

interface TabProps {
  href: string;
  icon: string;
  label: string;
  current: boolean;
  badge?: number;
}

function Tab({ href, icon, label, current, badge = 0 }: TabProps) {
  return (
    <a href={href} {...(current && { "aria-current": "page" as const })}>
      <Icon name={icon} />
      {label}
      <Badge count={badge} />
    </a>
  );
}

function Badge({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span class="badge number">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="visually-hidden">{t().unread(count)}</span>
    </span>
  );
}

function Foot() {
  return (
    <footer class="citizen-foot">
      <p class="muted small">{t().motto}</p>
      <nav aria-label={t().footer}>
        <a href="/kelurahan">{t().places}</a>
        <a href="/bantuan">{t().help}</a>
        <a href="/meja">{t().staff}</a>
        <a href="/ruang-kendali">{t().wall}</a>
        <a href="/api">{t().api}</a>
      </nav>
    </footer>
  );
}
