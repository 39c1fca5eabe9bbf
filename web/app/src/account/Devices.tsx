import { useState } from "preact/hooks";
import { act, useLoad, type Problem } from "../api/hooks";
import { session } from "../api/session";
import { formatMoment } from "../texts/format";
import { words } from "../texts/words";
import { Ago, Dialog, Failed, Skeletons } from "../ui/parts";
import { say } from "../ui/toasts";
import { REVOKE_SESSION, SESSIONS, SIGN_OUT_EVERYWHERE } from "./documents";
import { Message, messageOf } from "./form";
import { t } from "./texts";

/** Where the account is signed in. */
export function Devices() {
  const { data, failed, reload } = useLoad(SESSIONS, {});
  const [problem, setProblem] = useState<Problem>();
  const [isAsking, setAsking] = useState(false);
  const sessions = data?.viewer?.sessions;

  const end = async (id: string) => {
    const { problems } = await act(REVOKE_SESSION, { id });
    setProblem(problems[0]);
    if (problems.length === 0) say(t().sessionEnded);
    reload();
  };
  const endAll = async () => {
    const { problems } = await act(SIGN_OUT_EVERYWHERE, {});
    setProblem(problems[0]);
    if (problems.length === 0) session.end();
    else setAsking(false);
  };
  return (
    <div class="stack">
      <p class="muted">{t().devicesWhy}</p>
      {problem && <Message kind="error">{messageOf(problem)}</Message>}
      {failed && <Failed again={reload} />}
      {!sessions && !failed && <Skeletons count={2} height="6rem" />}
      <ul class="stack">
        {sessions?.map(({ id, device, current, createdAt, lastUsedAt }) => (
          <li key={id} class="card spread">
            <div>
              <p class="account-device">
                <strong>{device ?? t().unknownDevice}</strong>
                {current && <span class="account-current small">{t().thisDevice}</span>}
              </p>
              <p class="muted small">
                {t().lastUsed} <Ago at={lastUsedAt} />
              </p>
              <p class="muted small">{t().signedInAt(formatMoment(createdAt))}</p>
            </div>
            {!current && (
              <button
                type="button"
                class="button quiet"
                aria-label={t().endSessionOf(device ?? t().unknownDevice)}
                onClick={() => void end(id)}
              >
                {t().endSession}
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" class="button danger" onClick={() => setAsking(true)}>
        {t().everywhere}
      </button>
      {isAsking && (
        <Dialog title={t().everywhere} onClose={() => setAsking(false)}>
          <div class="stack">
            <p>{t().everywhereAsk}</p>
            <button type="button" class="button danger wide" onClick={() => void endAll()}>
              {t().everywhere}
            </button>
            <button type="button" class="button quiet wide" onClick={() => setAsking(false)}>
              {words().cancel}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
