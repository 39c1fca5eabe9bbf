import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/hooks";
import { session } from "../api/session";
import { settings } from "../api/settings";
import { Skeletons } from "../ui/parts";
import { Message, messageOf } from "./form";
import { nextPath, signInAddress } from "./next";
import { useOnwards } from "./onwards";
import { SignInForm } from "./SignInForm";
import { Sheet } from "./Sheet";
import { beginStaffSignIn, canBegin, endStaffSignIn, takeCode } from "./staff";
import { t } from "./texts";

/** Where people sign in, and where staff return to from the identity provider. */
export default function SignIn() {
  const { isBusy, problem } = useReturn();
  const next = nextPath() ?? "/";
  useOnwards(!isBusy && !problem);
  if (isBusy) {
    return (
      <Sheet title={t().signInTitle}>
        <p role="status">{t().staffFinishing}</p>
      </Sheet>
    );
  }
  if (session.signedIn.value && !problem) {
    return (
      <Sheet title={t().signInTitle}>
        <Skeletons count={3} height="4.5rem" />
      </Sheet>
    );
  }
  const connects = problem?.code === "CONFLICT";
  return (
    <Sheet title={t().signInTitle}>
      {problem && (
        <Message kind="error">
          <p>{messageOf(problem)}</p>
          {connects && <p>{t().staffConnect}</p>}
        </Message>
      )}
      <SignInForm {...(connects && { onDone: () => void beginStaffSignIn(next, true) })} />
      <div class="account-ways">
        <a href="/sandi">{t().forgotten}</a>
        <span>
          {t().noAccount} <a href={signInAddress(next, "/daftar")}>{t().signUp}</a>
        </span>
      </div>
      {settings.staffSignIn && !connects && <StaffSignIn next={next} />}
    </Sheet>
  );
}

/** Complete a sign-in that returns from the identity provider. */
function useReturn(): { isBusy: boolean; problem: Problem | undefined } {
  const [code, setCode] = useState(takeCode);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (code === undefined) return;
    void endStaffSignIn(code).then((refused) => {
      setProblem(refused);
      setCode(undefined);
    });
  }, []);
  return { isBusy: code !== undefined, problem };
}

function StaffSignIn({ next }: { next: string }) {
  const [isOpening, setOpening] = useState(false);
  const open = () => {
    setOpening(true);
    void beginStaffSignIn(next);
  };
  return (
    <section class="account-staff stack" aria-label={t().staffSignIn}>
      <p class="muted">{t().staff}</p>
      {canBegin() ? (
        <button type="button" class="button quiet wide" aria-disabled={isOpening} onClick={open}>
          {isOpening ? t().staffOpening : t().staffSignIn}
        </button>
      ) : (
        <p>{t().staffNeedsHttps}</p>
      )}
    </section>
  );
}
