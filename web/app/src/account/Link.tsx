import { useState } from "preact/hooks";
import { act } from "../api/hooks";
import { session } from "../api/session";
import { CONFIRM_EMAIL, RESET_PASSWORD } from "./documents";
import { Message, PasswordField, Submit, useForm } from "./form";
import { keptToken, type Purpose } from "./links";
import { signInAddress } from "./next";
import { Sheet } from "./Sheet";
import { t } from "./texts";

const TITLES = { confirm: "confirmTitle", reset: "resetTitle", invite: "inviteTitle" } as const;

/** The page of a link in an e-mail. Opening it changes nothing: programs that look for malware open every link. */
export function Link({ purpose }: { purpose: Purpose }) {
  const token = keptToken();
  return (
    <Sheet title={t()[TITLES[purpose]]}>
      {token === undefined ? (
        <Broken purpose={purpose} message={t().noToken} />
      ) : purpose === "confirm" ? (
        <Confirm token={token} />
      ) : (
        <NewPassword token={token} purpose={purpose} />
      )}
    </Sheet>
  );
}

function Confirm({ token }: { token: string }) {
  const [isDone, setDone] = useState(false);
  const form = useForm({
    fields: [],
    send: async () => {
      const { problems } = await act(CONFIRM_EMAIL, { token });
      setDone(problems.length === 0);
      return problems;
    },
  });
  if (isDone) return <Done message={t().confirmed} />;
  if (form.general) return <Broken purpose="confirm" message={form.general} />;
  return (
    <form class="stack" {...form.props}>
      <p>{t().confirmWhy}</p>
      <Submit form={form}>{t().confirmYes}</Submit>
    </form>
  );
}

function NewPassword({ token, purpose }: { token: string; purpose: Purpose }) {
  const [isDone, setDone] = useState(false);
  const form = useForm({
    fields: ["new", "token"],
    optional: ["token"],
    send: async (values) => {
      const { problems } = await act(RESET_PASSWORD, { token, new: values.new });
      setDone(problems.length === 0);
      return problems;
    },
  });
  const linkError = form.error("token");
  if (isDone) return <Done message={`${t().passwordSet} ${purpose === "reset" ? t().passwordSetMore : ""}`} />;
  if (linkError) return <Broken purpose={purpose} message={linkError} />;
  return (
    <form class="stack" {...form.props}>
      {purpose === "invite" && <p>{t().inviteWhy}</p>}
      {form.general && <Message kind="error">{form.general}</Message>}
      <PasswordField
        name="new"
        label={t().newPassword}
        hint={t().passwordRule}
        error={form.error("new")}
        autocomplete="new-password"
      />
      <Submit form={form}>{t().savePassword}</Submit>
    </form>
  );
}

function Done({ message }: { message: string }) {
  return (
    <>
      <Message kind="done">{message}</Message>
      {/* Who is signed in here goes on to the account. */}
      <a class="button wide" href={signInAddress("/akun")}>
        {session.signedIn.value ? t().account : t().signIn}
      </a>
    </>
  );
}

/** A link that does not work: what it says, and where the next one comes from. */
function Broken({ purpose, message }: { purpose: Purpose; message: string }) {
  return (
    <>
      <Message kind="error">{message}</Message>
      {purpose !== "confirm" ? (
        <a class="button wide" href="/sandi">
          {t().newLink}
        </a>
      ) : (
        <>
          <p class="muted">{t().brokenConfirm}</p>
          <a class="button wide" href={signInAddress("/akun/email")}>
            {session.signedIn.value ? t().newLink : t().signIn}
          </a>
          {!session.signedIn.value && (
            <a class="button quiet wide" href="/daftar">
              {t().signUp}
            </a>
          )}
        </>
      )}
    </>
  );
}
