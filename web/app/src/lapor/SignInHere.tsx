import { SignInForm } from "../account";
import { Icon } from "../ui/Icon";
import { Screen } from "./Screen";
import { t } from "./texts";

interface Props {
  why: string;
  /** What the button says that signs in, and the one that signs up. */
  send: { signIn: string; signUp: string };
  /** For somebody who has an account, as is known. */
  isKnown?: boolean;
  onDone?: () => void;
  onBack: () => void;
}

/** Sign up or sign in within the form: what was filled in stays, and goes on by itself afterwards. */
export function SignInHere({ why, send, isKnown, onDone, onBack }: Props) {
  return (
    <Screen title={t().signInTitle} lead={why}>
      <div class="card">
        <SignInForm compact first={isKnown ? "signIn" : "signUp"} send={send} {...(onDone && { onDone })} />
      </div>
      <button type="button" class="button plain start" onClick={onBack}>
        <Icon name="arrow_back" />
        {t().back}
      </button>
    </Screen>
  );
}
