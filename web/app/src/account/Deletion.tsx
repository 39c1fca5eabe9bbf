import { useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { act, type Problem } from "../api/hooks";
import { session } from "../api/session";
import { words } from "../texts/words";
import { Dialog } from "../ui/parts";
import { say } from "../ui/toasts";
import type { SectionProps } from "./Account";
import { DELETE_ACCOUNT } from "./documents";
import { Message, PasswordField, Submit, useForm, Username } from "./form";
import { t } from "./texts";
import { isStaff } from "./viewer";

/** Deletion of the account: what goes and what stays, and two questions. */
export function Deletion({ account }: SectionProps) {
  const refusal = isStaff(account) ? t().deletionStaff : account.hasPassword ? undefined : t().deletionProvider;
  return (
    <div class="stack">
      <p>{t().deletionWhy}</p>
      <section class="card stack">
        <h2>{t().goes}</h2>
        <ul class="account-points">
          {t().goesList.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        <h2>{t().stays}</h2>
        <ul class="account-points">
          {t().staysList.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </section>
      {refusal ? <Message kind="info">{refusal}</Message> : <DeletionForm account={account} />}
    </div>
  );
}

function DeletionForm({ account }: { account: SectionProps["account"] }) {
  const { route } = useLocation();
  const [isAsking, setAsking] = useState(false);
  const answer = useRef<(isSure: boolean) => void>(undefined);
  const ask = () =>
    new Promise<boolean>((resolve) => {
      answer.current = (isSure) => {
        setAsking(false);
        resolve(isSure);
      };
      setAsking(true);
    });
  const form = useForm({
    fields: ["password"],
    send: async ({ password }): Promise<readonly Problem[]> => {
      if (!(await ask())) return [];
      const { problems } = await act(DELETE_ACCOUNT, { password });
      if (problems.length === 0) {
        route("/", true);
        session.end();
        say(t().deleted);
      }
      return problems;
    },
  });
  return (
    <>
      <p class="muted">{t().openReports}</p>
      <div class="row">
        <a class="button quiet" href="/laporan">
          {t().toMyReports}
        </a>
        <a class="button quiet" href="/akun/data">
          {t().exportFirst}
        </a>
      </div>
      <form class="stack" {...form.props}>
        {form.general && <Message kind="error">{form.general}</Message>}
        <Username email={account.email} />
        <PasswordField
          name="password"
          label={t().currentPassword}
          error={form.error("password")}
          autocomplete="current-password"
        />
        <Submit form={form} danger>
          {t().deleteAccount}
        </Submit>
      </form>
      {isAsking && (
        <Dialog title={t().deleteAsk} onClose={() => answer.current?.(false)}>
          <div class="stack">
            <p>{t().deleteAskMore}</p>
            <button type="button" class="button danger wide" onClick={() => answer.current?.(true)}>
              {t().deleteYes}
            </button>
            <button type="button" class="button quiet wide" onClick={() => answer.current?.(false)}>
              {words().cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
