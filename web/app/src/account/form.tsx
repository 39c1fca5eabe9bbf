import type { ComponentChildren, Ref } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/hooks";
import { words } from "../texts/words";
import { Icon } from "../ui/Icon";
import { Field } from "../ui/parts";
import { t } from "./texts";

type Values<Name extends string> = Record<Name, string>;

export interface Form<Name extends string> {
  /** Props of the form element. */
  props: { ref: Ref<HTMLFormElement>; onSubmit: (event: Event) => void; noValidate: true };
  /** The message of the service at a field. */
  error: (name: Name) => string | undefined;
  /** The message of the service about no field. */
  general: string | undefined;
  isSending: boolean;
  /** Seconds for which the service wants no other attempt. */
  wait: number;
}

interface FormOptions<Name extends string> {
  /** The names of all fields that have an error of their own. */
  fields: readonly Name[];
  /** Those of them that may be empty. */
  optional?: readonly Name[];
  send: (values: Values<Name>) => Promise<readonly Problem[]>;
}

/**
 * A form whose fields keep what was typed, and show all refusals at once. It is sent once at a time; the first faulty
 * field gets the focus.
 */
export function useForm<Name extends string>({ fields, optional = [], send }: FormOptions<Name>): Form<Name> {
  const form = useRef<HTMLFormElement>(null);
  const isBusy = useRef(false);
  const [isSending, setSending] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [wait, setWait] = useState(0);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);

  useEffect(() => {
    if (wait === 0) return undefined;
    const timer = setTimeout(() => {
      setWait(wait - 1);
      if (wait === 1) setProblems([]);
    }, 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy.current || wait > 0) return;
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const values = Object.fromEntries(fields.map((name) => [name, String(given.get(name) ?? "")])) as Values<Name>;
    const missing = fields.filter((name) => !values[name].trim() && !optional.includes(name));
    if (missing.length > 0) {
      setProblems(missing.map((field) => ({ code: "INVALID", message: t().required, field })));
      return;
    }
    isBusy.current = true;
    setSending(true);
    const refused = await send(values);
    isBusy.current = false;
    setSending(false);
    setProblems(refused);
    setWait(Math.max(0, ...refused.map(({ retryAfter }) => retryAfter ?? 0)));
  };

  const isAt = (name: string | undefined): name is Name => fields.includes(name as Name);
  const other = problems.find(({ field }) => !isAt(field));
  return {
    props: { ref: form, onSubmit: (event) => void submit(event), noValidate: true },
    error: (name) => problems.find(({ field }) => field === name)?.message,
    general: other && messageOf(other),
    isSending,
    wait,
  };
}

/** The words of a problem. */
export const messageOf = ({ code, message }: Problem): string =>
  code === "UNREACHABLE" ? words().unreachable : message;

/** A message about a form, or about what it has done. */
export function Message({ kind, children }: { kind: "error" | "done" | "info"; children: ComponentChildren }) {
  const icon = { error: "error", done: "check_circle", info: "info" }[kind];
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kind === "done") box.current?.focus(); // it stands where the form was that had the focus
  }, []);
  return (
    <div ref={box} tabIndex={-1} class="account-message" data-kind={kind} role={kind === "error" ? "alert" : "status"}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** The button that sends a form. It counts down while the service wants no attempt. */
export function Submit({ form, danger, children }: { form: Form<never>; danger?: boolean; children: string }) {
  const { isSending, wait } = form;
  const clock = `${Math.floor(wait / 60)}:${String(wait % 60).padStart(2, "0")}`;
  return (
    <button class={`button wide ${danger ? "danger" : ""}`} aria-disabled={isSending || wait > 0}>
      {wait > 0 ? t().again(clock) : isSending ? t().sending : children}
    </button>
  );
}

interface TextFieldProps {
  name: string;
  label: string;
  hint?: string;
  error: string | undefined;
  autocomplete: string;
  type?: "text" | "email";
  value?: string | undefined;
}

/** A field for a line of text. */
export function TextField({ name, label, hint, error, autocomplete, type = "text", value }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <input
          {...control}
          class="input"
          name={name}
          {...(type === "email" ? ({ type } as const) : ({ type } as const))}
          defaultValue={value}
          autocomplete={autocomplete}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
        />
      )}
    </Field>
  );
}

interface PasswordFieldProps {
  name: string;
  label: string;
  hint?: string;
  error: string | undefined;
  autocomplete: "current-password" | "new-password";
}

/** A field for a password, which can be shown. */
export function PasswordField({ name, label, hint, error, autocomplete }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <span class="account-password">
          <input
            {...control}
            class="input"
            name={name}
            {...(isShown ? ({ type: "text" } as const) : ({ type: "password" } as const))}
            autocomplete={autocomplete}
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
          />
          <button type="button" aria-pressed={isShown} aria-label={t().showPassword} onClick={() => setShown(!isShown)}>
            <Icon name={isShown ? "visibility_off" : "visibility"} />
          </button>
        </span>
      )}
    </Field>
  );
}

/** The address of the account, unseen: password managers then know whose password a form is about. */
export function Username({ email }: { email: string | null }) {
  return <input hidden type="email" autocomplete="username" value={email ?? ""} readOnly />;
}

interface CheckProps {
  name: string;
  label: string;
  hint: string;
  checked: boolean;
  isDisabled?: boolean;
  /** For a choice that holds at once, without a button. */
  onChoose?: (isChecked: boolean) => void;
}

/** A box to tick, with its hint. */
export function Check({ name, label, hint, checked, isDisabled, onChoose }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        name={name}
        defaultChecked={checked}
        disabled={isDisabled}
        aria-describedby={`${id}-hint`}
        {...(onChoose && { checked, onChange: (event) => onChoose(event.currentTarget.checked) })}
      />
      <div>
        <label for={id}>{label}</label>
        <p id={`${id}-hint`} class="muted small">
          {hint}
        </p>
      </div>
    </div>
  );
}
