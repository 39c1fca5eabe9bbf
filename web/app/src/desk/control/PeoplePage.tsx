import { useState } from "preact/hooks";
import { act, useCalmly } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { words } from "../../texts/words";
import { Icon } from "../../ui/Icon";
import { Failed, Skeletons } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { ForRole } from "../office/ForRole";
import { usePages } from "../office/pages";
import { UnitPicker, type ChosenUnit } from "../office/UnitPicker";
import "../office/office.css";
import "./control.css";
import { PEOPLE, UNBLOCK_PERSON, type PersonRow } from "./documents";
import { BlockDialog, GrantDialog, InviteDialog, roleWords, TakeDialog } from "./PersonDialogs";
import { problemWords } from "./problems";
import type { Role } from "./roles";
import { t } from "./texts";

/** `/meja/orang`: who may do what. */
export default function PeoplePage() {
  return <ForRole who="controlRoom">{() => <People />}</ForRole>;
}

type Doing =
  | { what: "invite" }
  | { what: "grant" | "block"; person: PersonRow }
  | { what: "take"; person: PersonRow; membership: PersonRow["memberships"][number] };

const ROLES: readonly Role[] = ["OFFICER", "SUPERVISOR", "ADMIN", "CITIZEN"];
/** Milliseconds after the last key until the search begins. */
const PAUSE = 300;

function People() {
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<Role>();
  const [unit, setUnit] = useState<ChosenUnit>();
  const searchCalmly = useCalmly(() => setSearch(typed.trim()), PAUSE);
  const variables = { search: search || null, role: role ?? null, unit: unit?.id ?? null };
  const { data, rows, more, loading, failed, reload } = usePages(PEOPLE, variables, ({ people }) => people);
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const done = () => {
    close();
    reload();
  };
  const unblock = async (person: PersonRow) => {
    const { problems } = await act(UNBLOCK_PERSON, { personId: person.id });
    say(problems[0] ? problemWords(problems[0]) : t().wasUnblocked(person.name));
  };
  return (
    <main id="content" class="page stack">
      <div class="spread">
        <h1>{t().people}</h1>
        <button type="button" class="button" onClick={() => setDoing({ what: "invite" })}>
          <Icon name="add" />
          {t().invite}
        </button>
      </div>
      <form class="card filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="field">
          <label for="people-search">{t().search}</label>
          <input
            id="people-search"
            type="search"
            class="input"
            maxLength={100}
            value={typed}
            onInput={({ currentTarget }) => {
              setTyped(currentTarget.value);
              searchCalmly();
            }}
          />
        </div>
        <div class="field">
          <label for="people-role">{t().role}</label>
          <select
            id="people-role"
            class="input"
            value={role ?? ""}
            onChange={({ currentTarget }) => setRole((currentTarget.value as Role) || undefined)}
          >
            <option value="">{t().anyRole}</option>
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {words().role[each]}
              </option>
            ))}
          </select>
        </div>
        <UnitPicker label={t().unitFilter} kinds={["Kelurahan", "Kecamatan", "City", "Agency"]} onChoose={setUnit} />
      </form>
      {failed && <Failed again={reload} />}
      {!rows && !failed && <Skeletons count={8} height="3.5rem" />}
      {data && (
        <p class="muted" role="status" aria-busy={loading}>
          {data.people.totalCount === 0 ? t().nobody : t().found(formatNumber(data.people.totalCount))}
        </p>
      )}
      {rows && rows.length > 0 && (
        <div class="card flush">
          <table class="table as-cards people">
            <caption class="visually-hidden">{t().peopleCaption}</caption>
            <thead>
              <tr>
                <th scope="col">{t().name}</th>
                <th scope="col">{t().roles}</th>
                <th scope="col">{t().actions}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((person) => (
                <PersonLine key={person.id} person={person} onDo={setDoing} onUnblock={() => void unblock(person)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" class="button quiet" onClick={more}>
          {words().more}
        </button>
      )}
      {doing?.what === "invite" && <InviteDialog onClose={close} onDone={done} />}
      {doing?.what === "grant" && <GrantDialog person={doing.person} onClose={close} onDone={done} />}
      {doing?.what === "block" && <BlockDialog person={doing.person} onClose={close} onDone={done} />}
      {doing?.what === "take" && (
        <TakeDialog person={doing.person} membership={doing.membership} onClose={close} onDone={done} />
      )}
    </main>
  );
}

interface PersonLineProps {
  person: PersonRow;
  onDo: (doing: Doing) => void;
  onUnblock: () => void;
}

function PersonLine({ person, onDo, onUnblock }: PersonLineProps) {
  const roles = person.memberships.filter(({ role }) => role !== "CITIZEN");
  return (
    <tr>
      <th scope="row">
        {person.name}
        {person.blocked && <span class="tag">{t().blocked}</span>}
        <span class="muted small where">{person.email ?? t().noEmail}</span>
      </th>
      <td>
        {roles.length === 0 ? (
          <span class="muted">{words().role.CITIZEN}</span>
        ) : (
          <ul class="roles">
            {roles.map((membership) => (
              <li key={`${membership.role}${membership.unit?.id}`} class="role">
                {roleWords(membership)}
                <button
                  type="button"
                  aria-label={t().takeRole(roleWords(membership), person.name)}
                  onClick={() => onDo({ what: "take", person, membership })}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <div class="row">
          <button
            type="button"
            class="button quiet"
            aria-label={t().giveRoleTo(person.name)}
            onClick={() => onDo({ what: "grant", person })}
          >
            {t().giveRole}
          </button>
          {person.blocked ? (
            <button type="button" class="button quiet" onClick={onUnblock}>
              {t().unblock}
            </button>
          ) : (
            <button
              type="button"
              class="button quiet"
              aria-label={t().blockTitle(person.name)}
              onClick={() => onDo({ what: "block", person })}
            >
              {t().block}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}
