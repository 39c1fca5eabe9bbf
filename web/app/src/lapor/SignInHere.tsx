import { useState } from "preact/hooks";
import { act, type Problem } from "../api/hooks";
import { session } from "../api/session";
import { words } from "../texts/words";
import { Icon } from "../ui/Icon";
import { Field } from "../ui/parts";
import { SIGN_IN, SIGN_UP } from "./documents";
import { Screen } from "./Screen";
import { t } from "./texts";

interface Props {
  why: string;
  /** The labels of the button that signs up, and of the one that signs in. */
  up: string;
  in: string;
  onDone?: () => void;
  onBack: () => void;
}

type Way = "up" | "in" | "confirm";

/** Sign up or sign in within the form: what was filled in stays, and goes on by itself afterwards. */
export function SignInHere({ why, up, in: enter, onDone, onBack }: Props) {
  const [way, setWay] = useState<Way>("up");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);
  const message = (field?: string) => {
    const found = problems.find((problem) => problem.field === field);
    if (found && way === "confirm") return t().notConfirmed;
    return found && (found.code === "UNREACHABLE" ? words().unreachable : found.message);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const { tokens, problems: found } = await (way === "up" ? signUp(email, password) : signIn(email, password));
    setBusy(false);
    setProblems(found);
    if (tokens) {
      session.begin(tokens);
      onDone?.();
    } else if (found.length === 0) setWay("confirm");
  };
  const change = (to: Way) => () => {
    setProblems([]);
    setWay(to);
  };
  if (way === "confirm")
    return (
      <Screen title={t().confirmTitle} lead={t().confirmBody(email)}>
        <form class="stack" onSubmit={(event) => void submit(event)}>
          {problems.length > 0 && (
            <p class="error" role="alert">
              {t().notConfirmed}
            </p>
          )}
          <button class="button large wide" disabled={isBusy}>
            {t().confirmed}
          </button>
          <button type="button" class="button plain" onClick={change("in")}>
            {t().haveAccount}
          </button>
        </form>
      </Screen>
    );
  return (
    <Screen title={t().signInTitle} lead={why}>
      <form class="stack card" onSubmit={(event) => void submit(event)} noValidate>
        {message(undefined) && (
          <p class="error" role="alert">
            {message(undefined)}
          </p>
        )}
        <Field label={t().email} error={message("email")}>
          {(control) => (
            <input
              {...control}
              class="input"
              type="email"
              autocomplete="username"
              inputMode="email"
              value={email}
              onInput={({ currentTarget }) => setEmail(currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t().password} hint={way === "up" ? t().passwordHint : undefined} error={message("password")}>
          {(control) => (
            <input
              {...control}
              class="input"
              type="password"
              autocomplete={way === "up" ? "new-password" : "current-password"}
              value={password}
              onInput={({ currentTarget }) => setPassword(currentTarget.value)}
            />
          )}
        </Field>
        <button class="button large wide" disabled={isBusy}>
          <Icon name="send" />
          {way === "up" ? up : enter}
        </button>
        <button type="button" class="button plain" onClick={change(way === "up" ? "in" : "up")}>
          {way === "up" ? t().haveAccount : t().noAccount}
        </button>
        {way === "in" && (
          <a class="button plain" href="/sandi">
            {t().forgot}
          </a>
        )}
      </form>
      <button type="button" class="button plain" onClick={onBack}>
        <Icon name="arrow_back" />
        {t().back}
      </button>
    </Screen>
  );
}

async function signUp(email: string, password: string) {
  const { data, problems } = await act(SIGN_UP, { email, password });
  return { tokens: data?.signUp.session ?? undefined, problems };
}

async function signIn(email: string, password: string) {
  const { data, problems } = await act(SIGN_IN, { email, password });
  return { tokens: data?.signIn.session ?? undefined, problems };
}
