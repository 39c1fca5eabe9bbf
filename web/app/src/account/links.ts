/** What the links of e-mails are for: docs/accounts.md. */
export type Purpose = "confirm" | "reset" | "invite";

const LINK = /^\/akun\/(confirm|reset|invite)\/([^/]+)$/;

/**
 * Take the token of a link out of the address of the page, before anything is loaded or shown. It stays in the state of
 * this entry of the history, so the page can be loaded again.
 */
export function hideToken(): void {
  const [, purpose, token] = LINK.exec(location.pathname) ?? [];
  if (token) history.replaceState({ token }, "", `/akun/${purpose}${location.search}`);
}

/** The token of the link with which the page was opened. */
export const keptToken = (): string | undefined => (history.state as { token?: string } | null)?.token;
