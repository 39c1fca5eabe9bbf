const here = (): string => location.pathname + location.search;

/** The address of the sign-in, or of the sign-up, which leads back to a path. */
export const signInAddress = (next: string = here(), page: "/masuk" | "/daftar" = "/masuk"): string =>
  next === "/" ? page : `${page}?${new URLSearchParams({ next })}`;

/** Return a path to which a sign-in may lead back: one of this origin, and none where people sign in. Else undefined. */
export function safePath(next: string | null | undefined, origin: string): string | undefined {
  if (!next?.startsWith("/")) return undefined;
  const address = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  if (address?.origin !== origin || /^\/(masuk|daftar|sandi)(\/|$)/.test(address.pathname)) return undefined;
  return address.pathname + address.search + address.hash;
}

/** The path to which the sign-in of this page leads back. */
export const nextPath = (): string | undefined =>
  safePath(new URLSearchParams(location.search).get("next"), location.origin);
