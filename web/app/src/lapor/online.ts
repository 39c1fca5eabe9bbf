import { signal } from "@preact/signals";

/** Whether the device says that it has a network. It may still reach nothing. */
export const isOnline = signal(navigator.onLine);
addEventListener("online", () => (isOnline.value = true));
addEventListener("offline", () => (isOnline.value = false));
