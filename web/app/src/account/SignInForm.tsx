import { useState } from "preact/hooks";
import { act, type Problem } from "../api/hooks";
import { session } from "../api/session";
import { SIGN_IN, SIGN_UP } from "./documents";
import { Message, PasswordField, Submit, TextField, useForm } from "./form";
import { t } from "./texts";
import "./account.css";

interface SignInFormProps {
  /**
   * Called when somebody has signed in. The page begins again then, as with every other person: keep what was typed
   * elsewhere in something that lasts.
   */
  onDone?: () => void;
  /** Inside another form's page: the way to sign up is in the same place. */
  compact?: boolean;
  /** What it begins with. */
  first?: "signIn" | "signUp";
}

/** Sign in by e-mail address and password, or sign up. */
export function SignInForm({ onDone, compact, first = "signIn" }: SignInFormProps) {
  const [isNew, setNew] = useState(first === "signUp");
  const [sentTo, setSentTo] = useState<string>();
  const form = useForm({
    fields: ["email", "password", "pseudonym"],
    optional: ["pseudonym"],
    send: (values) => (isNew ? signUp(values, onDone, setSentTo) : signIn(values, onDone)),
  });
  if (sentTo !== undefined) {
    return (
      <LookAtMail
        email={sentTo}
        again={() => setSentTo(undefined)}
        signIn={() => {
          setSentTo(undefined);
          setNew(false);
        }}
      />
    );
  }
  return (
    <form class="stack" {...form.props}>
      {session.lost.value && <Message kind="info">{`${t().lost}. ${t().lostMore}`}</Message>}
      {form.general && <Message kind="error">{form.general}</Message>}
      <TextField name="email" type="email" label={t().email} error={form.error("email")} autocomplete="username" />
      <PasswordField
        key={String(isNew)}
        name="password"
        label={t().password}
        error={form.error("password")}
        autocomplete={isNew ? "new-password" : "current-password"}
        {...(isNew && { hint: t().passwordRule })}
      />
      {isNew && (
        <TextField
          name="pseudonym"
          label={t().pseudonymOptional}
          hint={t().pseudonymWhy}
          error={form.error("pseudonym")}
          autocomplete="nickname"
        />
      )}
      <Submit form={form}>{isNew ? t().signUp : t().signIn}</Submit>
      {compact && (
        <p class="account-aside">
          {isNew ? t().haveAccount : t().noAccount}{" "}
          <button type="button" class="button plain" onClick={() => setNew(!isNew)}>
            {isNew ? t().signIn : t().signUp}
          </button>
        </p>
      )}
    </form>
  );
}

type Given = Record<"email" | "password" | "pseudonym", string>;

async function signIn({ email, password }: Given, onDone?: () => void): Promise<readonly Problem[]> {
  const { data, problems } = await act(SIGN_IN, { email, password });
  const started = data?.signIn.session;
  if (started) {
    session.begin(started);
    onDone?.();
  }
  return problems;
}

async function signUp(
  { email, password, pseudonym }: Given,
  onDone: (() => void) | undefined,
  onMail: (email: string) => void,
): Promise<readonly Problem[]> {
  const { data, problems } = await act(SIGN_UP, { email, password, pseudonym: pseudonym.trim() || null });
  if (problems.length > 0) return problems;
  const started = data?.signUp.session;
  if (started) {
    session.begin(started);
    onDone?.();
  } else {
    onMail(email.trim());
  }
  return [];
}

interface LookAtMailProps {
  email: string;
  again: () => void;
  signIn: () => void;
}

/** A sign-up waits for its link to be opened. */
function LookAtMail({ email, again, signIn }: LookAtMailProps) {
  return (
    <div class="stack">
      <Message kind="done">
        <strong>{t().lookAtMail}</strong>
        <p>{t().lookAtMailMore(email)}</p>
      </Message>
      <button type="button" class="button wide" onClick={signIn}>
        {t().openedLink}
      </button>
      <button type="button" class="button plain" onClick={again}>
        {t().notArrived}
      </button>
    </div>
  );
}
