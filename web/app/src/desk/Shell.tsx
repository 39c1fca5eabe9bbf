import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { LiveBadge } from "../ui/marks";
import { t } from "./texts";

/** The bar of the desk, over each of its pages. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const links = [
    ["/meja", t().work],
    ["/meja/nilai", t().marks],
    ["/meja/unit", t().units],
    ["/meja/moderasi", t().moderation],
    ["/meja/orang", t().people],
    ["/meja/keringanan", t().waivers],
  ] as const;
  return (
    <>
      <header class="bar">
        <a class="brand" href="/meja">
          <img src="/static/tanggap.svg" alt="" width={34} height={14} />
          Tanggap
        </a>
        <LiveBadge />
        <nav aria-label={t().navigation}>
          {links.map(([href, words]) => (
            <a key={href} href={href} {...(path === href && { "aria-current": "page" as const })}>
              {words}
            </a>
          ))}
        </nav>
      </header>
      {children}
    </>
  );
}
