import { useState } from "preact/hooks";
import { act } from "../api/hooks";
import { settings } from "../api/settings";
import { REQUEST_RESET } from "./documents";
import { Message, Submit, TextField, useForm } from "./form";
import { Sheet } from "./Sheet";
import { t } from "./texts";

/** Where somebody who forgot the password asks for a link. */
export default function Forgotten() {
  const [askedFor, setAskedFor] = useState<string>();
  const form = useForm({
    fields: ["email"],
    send: async ({ email }) => {
      const { problems } = await act(REQUEST_RESET, { email });
      if (problems.length === 0) setAskedFor(email.trim());
      return problems;
    },
  });
  if (askedFor !== undefined) {
    return (
      <Sheet title={t().forgottenTitle}>
        <Message kind="done">
          <strong>{t().linkAsked}</strong>
          <p>{settings.email ? t().linkAskedMail(askedFor) : t().linkAskedByHand}</p>
        </Message>
        <a class="button wide" href="/masuk">
          {t().toSignIn}
        </a>
        <button type="button" class="button plain" onClick={() => setAskedFor(undefined)}>
          {t().askAgain}
        </button>
      </Sheet>
    );
  }
  return (
    <Sheet title={t().forgottenTitle}>
      <p class="muted">{settings.email ? t().forgottenWhy : t().forgottenByHand}</p>
      <form class="stack" {...form.props}>
        {form.general && <Message kind="error">{form.general}</Message>}
        <TextField name="email" type="email" label={t().email} error={form.error("email")} autocomplete="username" />
        <Submit form={form}>{t().sendLink}</Submit>
      </form>
      <div class="account-ways">
        <a href="/masuk">{t().toSignIn}</a>
      </div>
    </Sheet>
  );
}
