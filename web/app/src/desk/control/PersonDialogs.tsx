import { useState } from "preact/hooks";
import { act, type Outcome, type Problem } from "../../api/hooks";
import { words } from "../../texts/words";
import { Dialog, Field } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { BLOCK_PERSON, GRANT_ROLE, INVITE_PERSON, TAKE_ROLE, type PersonRow } from "./documents";
import { ProblemList } from "./ProblemList";
import { otherProblems, problemAt } from "./problems";
import { missingUnit, RoleFields, type GivenRole } from "./RoleFields";
import { t } from "./texts";

interface FormProps {
  title: string;
  send: string;
  danger?: boolean;
  /** The fields that show their own problems. */
  fields: readonly string[];
  run: () => Promise<Outcome<unknown>>;
  onDone: () => void;
  onClose: () => void;
  children: (problems: readonly Problem[]) => preact.ComponentChildren;
}

/** A dialog with a form: refusals stand beside their fields, and it stays open until it was done. */
function FormDialog({ title, send, danger, fields, run, onDone, onClose, children }: FormProps) {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const { problems: refused } = await run();
    setBusy(false);
    setProblems(refused);
    if (refused.length === 0) onDone();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        {children(problems)}
        <ProblemList texts={otherProblems(problems, fields)} />
        <div class="row">
          <button class={danger ? "button danger" : "button"} disabled={busy}>
            {send}
          </button>
          <button type="button" class="button quiet" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface DialogProps {
  onClose: () => void;
  /** Called after it was done. */
  onDone: () => void;
}

const FIRST: GivenRole = { role: "OFFICER", unit: undefined };

/** Invite somebody who has no account, or give a role to somebody who has one. */
export function InviteDialog({ onClose, onDone }: DialogProps) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [given, setGiven] = useState(FIRST);
  const run = async () => {
    const missing = missingUnit(given);
    if (missing.length > 0) return { data: undefined, problems: missing };
    return act(INVITE_PERSON, { email, name, role: given.role, unit: given.unit?.id ?? null });
  };
  const done = () => {
    say(t().invited(name));
    onDone();
  };
  const fields = ["email", "name", "role", "unit"];
  return (
    <FormDialog title={t().inviteTitle} send={t().sendInvite} fields={fields} run={run} onDone={done} onClose={onClose}>
      {(problems) => (
        <>
          <p class="muted">{t().inviteHint}</p>
          <Field label={t().email} error={problemAt(problems, "email")}>
            {(control) => (
              <input
                {...control}
                class="input"
                type="email"
                autoComplete="off"
                value={email}
                onInput={({ currentTarget }) => setEmail(currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t().staffName} hint={t().staffNameHint} error={problemAt(problems, "name")}>
            {(control) => (
              <input
                {...control}
                class="input"
                autoComplete="off"
                maxLength={80}
                value={name}
                onInput={({ currentTarget }) => setName(currentTarget.value)}
              />
            )}
          </Field>
          <RoleFields value={given} problems={problems} onChange={setGiven} />
        </>
      )}
    </FormDialog>
  );
}

/** Give somebody another role. */
export function GrantDialog({ person, onClose, onDone }: DialogProps & { person: PersonRow }) {
  const [given, setGiven] = useState(FIRST);
  const run = async () => {
    const missing = missingUnit(given);
    if (missing.length > 0) return { data: undefined, problems: missing };
    return act(GRANT_ROLE, { personId: person.id, role: given.role, unit: given.unit?.id ?? null });
  };
  const done = () => {
    say(t().given(words().role[given.role]));
    onDone();
  };
  return (
    <FormDialog
      title={t().giveRoleTo(person.name)}
      send={t().giveRole}
      fields={["role", "unit"]}
      run={run}
      onDone={done}
      onClose={onClose}
    >
      {(problems) => <RoleFields value={given} problems={problems} onChange={setGiven} />}
    </FormDialog>
  );
}

type Membership = PersonRow["memberships"][number];

/** A role with its unit in words: "Petugas, Gambir". */
export const roleWords = ({ role, unit }: Membership): string =>
  [words().role[role], unit?.name].filter(Boolean).join(", ");

/** Ask before a role is taken. */
export function TakeDialog({
  person,
  membership,
  onClose,
  onDone,
}: DialogProps & { person: PersonRow; membership: Membership }) {
  const { role, unit } = membership;
  const done = () => {
    say(t().taken(roleWords(membership)));
    onDone();
  };
  return (
    <FormDialog
      title={t().takeTitle}
      send={t().take}
      danger
      fields={[]}
      run={() => act(TAKE_ROLE, { personId: person.id, role, unit: unit?.id ?? null })}
      onDone={done}
      onClose={onClose}
    >
      {() => (
        <>
          <p>
            <strong>{person.name}</strong> · {roleWords(membership)}
          </p>
          <p class="muted">{t().takeHint}</p>
        </>
      )}
    </FormDialog>
  );
}

/** Block somebody, with a reason for the control room. */
export function BlockDialog({ person, onClose, onDone }: DialogProps & { person: PersonRow }) {
  const [reason, setReason] = useState("");
  const done = () => {
    say(t().wasBlocked(person.name));
    onDone();
  };
  return (
    <FormDialog
      title={t().blockTitle(person.name)}
      send={t().block}
      danger
      fields={["reason"]}
      run={() => act(BLOCK_PERSON, { personId: person.id, reason })}
      onDone={done}
      onClose={onClose}
    >
      {(problems) => (
        <Field label={t().blockReason} hint={t().blockReasonHint} error={problemAt(problems, "reason")}>
          {(control) => (
            <textarea
              {...control}
              class="input"
              rows={3}
              maxLength={2000}
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          )}
        </Field>
      )}
    </FormDialog>
  );
}
