import { session } from "../api/session";
import { Skeletons } from "../ui/parts";
import { nextPath, signInAddress } from "./next";
import { useOnwards } from "./onwards";
import { SignInForm } from "./SignInForm";
import { Sheet } from "./Sheet";
import { t } from "./texts";

/** Where citizens create an account. */
export default function SignUp() {
  useOnwards(true);
  return (
    <Sheet title={t().signUpTitle}>
      {session.signedIn.value ? (
        <Skeletons count={4} height="4.5rem" />
      ) : (
        <>
          <p class="muted">{t().signUpWhy}</p>
          <SignInForm first="signUp" />
          <div class="account-ways">
            <span>
              {t().haveAccount} <a href={signInAddress(nextPath() ?? "/")}>{t().signIn}</a>
            </span>
          </div>
        </>
      )}
    </Sheet>
  );
}
