import type { Viewer } from "../account";

/** The pages of the desk, with the key that follows `g`. */
const PAGES = [
  { path: "/meja", name: "work", key: "w", by: "staff" },
  { path: "/meja/nilai", name: "marks", key: "n", by: "unit" },
  { path: "/meja/unit", name: "units", key: "u", by: "supervisor" },
  { path: "/meja/moderasi", name: "moderation", key: "m", by: "admin" },
  { path: "/meja/orang", name: "people", key: "o", by: "admin" },
  { path: "/meja/keringanan", name: "waivers", key: "k", by: "admin" },
] as const;

export type DeskPage = (typeof PAGES)[number];

/** The pages that somebody may open by their roles. The service refuses what is beyond them, whatever is shown. */
export function pagesOf({ memberships }: Pick<Viewer, "memberships">): readonly DeskPage[] {
  const has = {
    staff: true,
    unit: memberships.some(({ unit }) => unit !== null),
    supervisor: memberships.some(({ role }) => role === "SUPERVISOR" || role === "ADMIN"),
    admin: memberships.some(({ role }) => role === "ADMIN"),
  };
  return PAGES.filter(({ by }) => has[by]);
}
