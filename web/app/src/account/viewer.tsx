import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { act, useLoad } from "../api/hooks";
import { session } from "../api/session";
import { SIGN_OUT, VIEWER, type Viewer } from "./documents";
import { signInAddress } from "./next";

/** The person who is signed in: null for a visitor, undefined while it is not known. */
export function useViewer(): Viewer | null | undefined {
  const isSignedIn = session.signedIn.value;
  const { data } = useLoad(VIEWER, isSignedIn ? {} : null);
  return isSignedIn ? data?.viewer : null;
}

export const isStaff = ({ memberships }: { memberships: readonly { role: string }[] }): boolean =>
  memberships.some(({ role }) => role !== "CITIZEN");

/** Whether somebody is signed in. If not, go to the sign-in, which comes back here: for the press of a button. */
export function requireSignIn(): boolean {
  if (session.signedIn.peek()) return true;
  location.assign(signInAddress());
  return false;
}

/** What only people who are signed in see. Others go to the sign-in, which comes back here: for a whole page. */
export function SignedIn({ children }: { children: ComponentChildren }) {
  const { route } = useLocation();
  const isSignedIn = session.signedIn.value;
  useEffect(() => {
    if (!isSignedIn) route(signInAddress(), true);
  }, [isSignedIn]);
  return isSignedIn ? <>{children}</> : null;
}

/** Milliseconds for which a sign-out waits for the service. */
const PATIENCE = 3_000;

/** Sign out in all tabs, and end the notifications of this browser. Without a network it does so here alone. */
export async function signOut(): Promise<void> {
  await Promise.race([tellService(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  session.end();
}

async function tellService(): Promise<void> {
  await import("../mine/push").then(({ stopPush }) => stopPush()).catch(() => undefined); // not loaded: not on
  await act(SIGN_OUT, {});
}
