import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { now } from "../api/clock";
import { formatMoment, formatRelative } from "../texts/format";
import { words } from "../texts/words";
import { Icon } from "./Icon";

/** The time of the service, which moves on every half minute: whatever shows "5 minutes ago" follows it. */
export const minute = signal(now());
setInterval(() => (minute.value = now()), 30_000);

/** A moment as "5 minutes ago", with the date as its title. `at` is RFC 3339. */
export function Ago({ at }: { at: string }) {
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {/* What has just come may be newer than the minute: it is not in the future. */}
      {formatRelative(moment, Math.max(moment, minute.value))}
    </time>
  );
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Receives what connects the control with its label, hint and error. */
  children: (control: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ComponentChildren;
}

/** A form field: label, control, hint and error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described && { "aria-describedby": described }),
        ...(error && { "aria-invalid": true as const }),
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`} role="alert">
          <Icon name="error" />
          {error}
        </p>
      )}
    </div>
  );
}

interface NoticeProps {
  icon: string;
  title: string;
  children?: ComponentChildren;
}

/** What stands where nothing else can: an empty list, a failure, a page that does not exist. */
export function Notice({ icon, title, children }: NoticeProps) {
  return (
    <div class="notice">
      <Icon name={icon} />
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Something could not be loaded: why, and a button that tries again. */
export function Failed({ again }: { again: () => void }) {
  return (
    <Notice icon="cloud_off" title={words().failed}>
      <button type="button" class="button quiet" onClick={again}>
        {words().retry}
      </button>
    </Notice>
  );
}

/** Lines of the size of what is being loaded, so that nothing moves when it comes. */
export function Skeletons({ count, height }: { count: number; height: string }) {
  return (
    <div class="stack" role="status" aria-label={words().loading}>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} class="skeleton" style={{ height }} />
      ))}
    </div>
  );
}

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog. It is open while it is rendered; Escape and the cross call `onClose`. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key of somebody who types on: it belongs into the dialog.
  useLayoutEffect(() => element.current?.showModal(), []);
  const cancel = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={element} class="dialog" aria-labelledby={id} onCancel={cancel}>
      <div class="head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button plain" onClick={onClose} aria-label={words().close}>
          <Icon name="close" />
        </button>
      </div>
      <div class="body">{children}</div>
    </dialog>
  );
}
