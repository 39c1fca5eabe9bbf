import { signal } from "@preact/signals";

interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const SECONDS = 8;
const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Show a short message for eight seconds, with at most one button, such as "undo". Screen readers read it. */
export function say(text: string, action?: Toast["action"]): void {
  const toast: Toast = { id: ++last, text, ...(action && { action }) };
  toasts.value = [...toasts.value.slice(-2), toast];
  setTimeout(() => remove(toast), SECONDS * 1000);
}

function remove(toast: Toast): void {
  toasts.value = toasts.value.filter((each) => each !== toast);
}

/** The place of the messages, once on each page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class="toast">
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              onClick={() => {
                remove(toast);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
