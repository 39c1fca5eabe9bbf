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
  /** Inside another flow: the other ways are in the same place, and nothing is asked for that can wait. */
  compact?: boolean;
  /** What the button says, where signing in does more than that. */
  send?: { signIn: string; signUp: string };
  /** What it begins with. */
  first?: "signIn" | "signUp";
}

/** Sign in by e-mail address and password, or sign up. */
export function SignInForm({ onDone, compact, send, first = "signIn" }: SignInFormProps) {
  const [isNew, setNew] = useState(first === "signUp");
  const [sent, setSent] = useState<Given>();
  const [isWaiting, setWaiting] = useState(false);
  const onMail = (given: Given) => {
    setSent(given);
    setWaiting(true);
  };
  const form = useForm({
    fields: ["email", "password", "pseudonym"],
    optional: ["pseudonym"],
    send: (values) => (isNew ? signUp(values, onDone, onMail) : signIn(values, onDone)),
  });
  if (isWaiting && sent) {
    return (
      <LookAtMail
        email={sent.email.trim()}
        again={() => setWaiting(false)}
        signIn={async () => (await signIn(sent, onDone)).map(mayWait)}
      />
    );
  }
  return (
    <form class="stack" {...form.props}>
      {session.lost.value && <Message kind="info">{`${t().lost}. ${t().lostMore}`}</Message>}
      {form.general && <Message kind="error">{form.general}</Message>}
      <TextField
        name="email"
        type="email"
        label={t().email}
        error={form.error("email")}
        autocomplete="username"
        value={sent?.email}
      />
      <PasswordField
        key={String(isNew)}
        name="password"
        label={t().password}
        error={form.error("password")}
        autocomplete={isNew ? "new-password" : "current-password"}
        {...(isNew && { hint: t().passwordRule })}
      />
      {isNew && !compact && (
        <TextField
          name="pseudonym"
          label={t().pseudonymOptional}
          hint={t().pseudonymWhy}
          error={form.error("pseudonym")}
          autocomplete="nickname"
        />
      )}
      <Submit form={form}>{isNew ? (send?.signUp ?? t().signUp) : (send?.signIn ?? t().signIn)}</Submit>
      {compact && (
        <p class="account-aside">
          {isNew ? t().haveAccount : t().noAccount}{" "}
          <button type="button" class="button plain" onClick={() => setNew(!isNew)}>
            {isNew ? t().signIn : t().signUp}
          </button>
          {!isNew && <a href="/sandi">{t().forgotten}</a>}
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
  given: Given,
  onDone: (() => void) | undefined,
  onMail: (given: Given) => void,
): Promise<readonly Problem[]> {
  const { email, password, pseudonym } = given;
  const { data, problems } = await act(SIGN_UP, { email, password, pseudonym: pseudonym.trim() || null });
  if (problems.length > 0) return problems;
  const started = data?.signUp.session;
  if (started) {
    session.begin(started);
    onDone?.();
  } else {
    onMail(given);
  }
  return [];
}

/** Say that the link was not opened, where the service says only that nobody can sign in like this. */
const mayWait = (problem: Problem): Problem =>
  problem.code === "UNAUTHENTICATED" ? { ...problem, message: t().notOpened } : problem;

interface LookAtMailProps {
  email: string;
  again: () => void;
  signIn: () => Promise<readonly Problem[]>;
}

/** A sign-up waits for its link to be opened. What was typed signs in afterwards. */
function LookAtMail({ email, again, signIn }: LookAtMailProps) {
  const form = useForm({ fields: [], send: signIn });
  return (
    <form class="stack" {...form.props}>
      <Message kind="done">
        <strong>{t().lookAtMail}</strong>
        <p>{t().lookAtMailMore(email)}</p>
      </Message>
      {form.general && <Message kind="error">{form.general}</Message>}
      <Submit form={form}>{t().openedLink}</Submit>
      <button type="button" class="button plain" onClick={again}>
        {t().notArrived}
      </button>
    </form>
  );
}
