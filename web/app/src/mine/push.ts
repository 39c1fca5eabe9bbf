import { signal } from "@preact/signals";
import { client } from "../api/client";
import { act } from "../api/hooks";
import { session } from "../api/session";
import { DISABLE_PUSH, ENABLE_PUSH, NOTIFICATIONS } from "./documents";

/** Notifications on this device: not possible here, or off, on, blocked by the browser, or failed to be turned on. */
export type Push = "impossible" | "off" | "on" | "denied" | "failed";

export const push = signal<Push>("impossible");

let publicKey: string | undefined;

const isPossible = (): boolean =>
  isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Learn whether notifications are on here. If they are, the service is told again: docs/notifications.md. */
export async function learnPush(): Promise<void> {
  if (!isPossible() || !session.signedIn.peek()) return void (push.value = "impossible");
  const { data } = await client.peek().query(NOTIFICATIONS, {}, { requestPolicy: "network-only" }).toPromise();
  publicKey = data?.viewer?.notifications.vapidPublicKey ?? undefined;
  if (!publicKey) return void (push.value = "impossible");
  const existing = await subscription();
  if (Notification.permission === "denied") push.value = "denied";
  else push.value = existing && (await tell(existing)) ? "on" : "off";
}

/** Turn notifications on, after a tap: the browser asks for the permission. */
export async function startPush(): Promise<void> {
  if (!publicKey) return;
  if ((await Notification.requestPermission()) !== "granted") return void (push.value = "denied");
  try {
    const registration = await navigator.serviceWorker.ready;
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    push.value = (await tell(made)) ? "on" : "failed";
  } catch {
    push.value = "failed"; // the browser has no push service, or cannot reach it
  }
}

/** Turn notifications off on this device. Call it before a sign-out too. */
export async function stopPush(): Promise<void> {
  const existing = isPossible() ? await subscription() : null;
  if (!existing) return;
  await act(DISABLE_PUSH, { endpoint: existing.endpoint });
  await existing.unsubscribe();
  push.value = "off";
}

async function tell(made: PushSubscription): Promise<boolean> {
  const { endpoint, keys } = made.toJSON();
  const input = { endpoint: endpoint ?? "", p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" };
  const { problems } = await act(ENABLE_PUSH, { input });
  return problems.length === 0;
}
