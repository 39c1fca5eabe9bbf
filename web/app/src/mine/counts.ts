import { signal } from "@preact/signals";

/** News that the person has not read, on whatever device. */
export const unreadCount = signal(0);

/** Reports on this device that are to be sent and are not yet. */
export const waitingCount = signal(0);
