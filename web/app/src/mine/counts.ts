import { signal } from "@preact/signals";

/** News that the person has not read, on whatever device. */
export const unreadCount = signal(0);

/** The id of the newest news, read or not; undefined while there is none, or it is not known. */
export const newestNews = signal<string | undefined>(undefined);

/** Reports on this device that are to be sent and are not yet. */
export const waitingCount = signal(0);
