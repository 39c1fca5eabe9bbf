import { signal } from "@preact/signals";
import type { OperationResult } from "@urql/core";

/** Whether the service can be reached, as far as is known: devices often say so of a network that leads nowhere. */
export const isOnline = signal(navigator.onLine);
addEventListener("online", () => (isOnline.value = true));
addEventListener("offline", () => (isOnline.value = false));

/** Learn from what came of a request whether the service can be reached. */
export function learnNetwork({ data, error }: Pick<OperationResult, "data" | "error">): void {
  if (data) isOnline.value = true;
  else if (error?.networkError) isOnline.value = false;
}
