import { useEffect, useState } from "preact/hooks";
import { act, type Problem } from "../api/hooks";
import { session } from "../api/session";
import { settings } from "../api/settings";
import { learnPush } from "../mine/push";
import { PushSwitch } from "../mine/PushSwitch";
import { formatNumber } from "../texts/format";
import { Icon } from "../ui/Icon";
import { say } from "../ui/toasts";
import type { SectionProps } from "./Account";
import { CHANGE_EMAIL, CHANGE_PASSWORD, REQUEST_CONFIRMATION, SET_EMAIL_NEWS, UPDATE_PROFILE } from "./documents";
import { Check, Message, messageOf, PasswordField, Submit, TextField, useForm, Username } from "./form";
import { t } from "./texts";
import "../mine/mine.css";

export function Profile({ account }: SectionProps) {
  const form = useForm({
    fields: ["pseudonym", "onCitizenBoard"],
    optional: ["onCitizenBoard"],
    send: async ({ pseudonym, onCitizenBoard }) => {
      const input = { pseudonym, onCitizenBoard: onCitizenBoard === "on" };
      const { problems } = await act(UPDATE_PROFILE, { input });
      if (problems.length === 0) say(t().saved);
      return problems;
    },
  });
  return (
    <form class="stack" {...form.props}>
      {form.general && <Message kind="error">{form.general}</Message>}
      <TextField
        name="pseudonym"
        label={t().pseudonym}
        hint={t().pseudonymHint}
        error={form.error("pseudonym")}
        autocomplete="nickname"
        value={account.pseudonym}
      />
      <Check
        name="onCitizenBoard"
        label={t().onBoard}
        hint={`${t().onBoardHint} ${t().pointsNow(formatNumber(account.points))}`}
        checked={account.onCitizenBoard}
      />
      <Submit form={form}>{t().save}</Submit>
    </form>
  );
}

export function Email({ account }: SectionProps) {
  const { email, emailConfirmed, hasPassword } = account;
  return (
    <div class="stack">
      <div class="card stack">
        {email === null ? (
          <p>{t().emailNone}</p>
        ) : (
          <>
            <p class="account-address">{email}</p>
            <p class="account-state">
              <Icon name={emailConfirmed ? "check_circle" : "info"} />
              {emailConfirmed ? t().emailIsConfirmed : t().emailIsNot}
            </p>
            {!emailConfirmed && <Confirmation email={email} />}
          </>
        )}
      </div>
      {hasPassword ? <ChangeEmail account={account} /> : <Message kind="info">{t().emailAtProvider}</Message>}
    </div>
  );
}

function Confirmation({ email }: { email: string }) {
  const [isSent, setSent] = useState(false);
  const form = useForm({
    fields: [],
    send: async () => {
      const { problems } = await act(REQUEST_CONFIRMATION, {});
      setSent(problems.length === 0);
      return problems;
    },
  });
  if (isSent) return <Message kind="done">{settings.email ? t().resent(email) : t().resentByHand}</Message>;
  return (
    <form class="stack" {...form.props}>
      <p class="muted">{t().emailIsNotMore}</p>
      {form.general && <Message kind="error">{form.general}</Message>}
      <Submit form={form}>{t().resend}</Submit>
    </form>
  );
}

function ChangeEmail({ account }: { account: SectionProps["account"] }) {
  const [sentTo, setSentTo] = useState<string>();
  const form = useForm({
    fields: ["email", "password"],
    send: async ({ email, password }) => {
      const { problems } = await act(CHANGE_EMAIL, { email, password });
      if (problems.length === 0) setSentTo(email.trim());
      return problems;
    },
  });
  return (
    <section class="card stack">
      <h2>{t().changeEmail}</h2>
      {sentTo !== undefined ? (
        <Message kind="done">{settings.email ? t().emailChanging(sentTo) : t().resentByHand}</Message>
      ) : (
        <form class="stack" {...form.props}>
          {form.general && <Message kind="error">{form.general}</Message>}
          <TextField name="email" type="email" label={t().newEmail} error={form.error("email")} autocomplete="email" />
          <Username email={account.email} />
          <PasswordField
            name="password"
            label={t().currentPassword}
            error={form.error("password")}
            autocomplete="current-password"
          />
          <Submit form={form}>{t().changeEmail}</Submit>
        </form>
      )}
    </section>
  );
}

export function Password({ account }: SectionProps) {
  const [isDone, setDone] = useState(false);
  const form = useForm({
    fields: ["current", "new"],
    send: async (values) => {
      const { data, problems } = await act(CHANGE_PASSWORD, { current: values.current, new: values.new });
      const started = data?.changePassword.session;
      if (started) {
        session.goOn(started);
        setDone(true);
      }
      return problems;
    },
  });
  if (!account.hasPassword) return <Message kind="info">{t().passwordAtProvider}</Message>;
  if (isDone) return <Message kind="done">{t().passwordChanged}</Message>;
  return (
    <form class="stack" {...form.props}>
      <p class="muted">{t().passwordWhy}</p>
      {form.general && <Message kind="error">{form.general}</Message>}
      <Username email={account.email} />
      <PasswordField
        name="current"
        label={t().currentPassword}
        error={form.error("current")}
        autocomplete="current-password"
      />
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

export function News({ account, reload }: SectionProps) {
  useEffect(() => void learnPush(), []);
  const [isOn, setOn] = useState(account.notifications.email);
  const [problem, setProblem] = useState<Problem>();
  const choose = async (enabled: boolean) => {
    setOn(enabled);
    const { problems } = await act(SET_EMAIL_NEWS, { enabled });
    setProblem(problems[0]);
    if (problems.length > 0) setOn(!enabled);
    reload();
  };
  return (
    <div class="stack">
      <section class="card">
        {!settings.email || account.emailConfirmed ? (
          <Check
            name="emailNews"
            label={t().emailNews}
            hint={settings.email ? t().emailNewsHint : t().emailNewsOff}
            checked={isOn}
            isDisabled={!settings.email}
            onChoose={(enabled) => void choose(enabled)}
          />
        ) : (
          <div class="stack">
            <h2>{t().emailNews}</h2>
            <p>{t().emailNewsUnconfirmed}</p>
            <a class="button quiet" href="/akun/email">
              {t().toEmail}
            </a>
          </div>
        )}
        {problem && <Message kind="error">{messageOf(problem)}</Message>}
      </section>
      <PushSwitch />
    </div>
  );
}
