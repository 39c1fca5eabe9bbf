import { language } from "../texts";
import type { Problem } from "../api/hooks";
import { session, type Tokens } from "../api/session";
import { settings } from "../api/settings";
import { signInAddress } from "./next";

/** What this tab remembers while the person is at the identity provider. */
interface Begun {
  verifier: string;
  next: string;
  /** The account that is signed in here and the one at the provider become one. */
  connects: boolean;
}

const NAME = "tanggap.staff";
const RETURN = "/masuk";

let leaving = false;

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");

const begun = (): Begun =>
  JSON.parse(sessionStorage.getItem(NAME) ?? '{"verifier":"","next":"/","connects":false}') as Begun;

/** Whether the browser can begin: it computes hashes on https and on this machine only. */
export const canBegin = (): boolean => isSecureContext;

/** Go to the identity provider of staff: docs/accounts.md, "Staff at the identity provider". */
export async function beginStaffSignIn(next: string, connects = false): Promise<void> {
  leaving = true;
  const verifier = encode(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(NAME, JSON.stringify({ verifier, next, connects } satisfies Begun));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const asked = { next: location.origin + RETURN, code_challenge: encode(new Uint8Array(hash)) };
  location.assign(`${settings.staffSignIn}?${new URLSearchParams(asked)}`);
}

/** Whether this tab is on its way to the provider. */
export const isLeaving = (): boolean => leaving;

/** Take the code of a sign-in that returns out of the address, once. Undefined: none has returned. */
export function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return undefined;
  history.replaceState(null, "", signInAddress(begun().next));
  return code;
}

interface Answer {
  session: Tokens | null;
  errors: readonly { code: Problem["code"]; message: string }[];
}

/** Exchange the code for a session. Returns why there is none. */
export async function endStaffSignIn(code: string): Promise<Problem | undefined> {
  const { verifier, connects } = begun();
  const authorization = connects ? await session.authorization() : undefined;
  try {
    const answer = await fetch("/auth/oidc/session", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "accept-language": language.peek(),
        ...(authorization && { authorization }),
      },
      body: JSON.stringify({ code, code_verifier: verifier }),
    });
    const { session: started, errors } = (await answer.json()) as Answer;
    if (started) session.begin(started);
    const [first] = errors; // of several, each says that the sign-in has to begin again
    return first && { ...first, field: undefined };
  } catch {
    return { code: "UNREACHABLE", message: "", field: undefined };
  }
}
