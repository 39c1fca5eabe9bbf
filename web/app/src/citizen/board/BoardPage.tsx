import { useLocation } from "preact-iso";
import { useId, useState } from "preact/hooks";
import { PageTitle } from "../../ui/PageTitle";
import { area } from "../area";
import { Board } from "./Board";
import { t } from "./texts";
import "./BoardPage.css";

const PERIODS = ["MONTH", "QUARTER", "YEAR"] as const;
type Period = (typeof PERIODS)[number];
type Kind = "KELURAHAN" | "AGENCY";

/** Who answers and fixes on time. What is shown is in the address, so that it can be shared. */
export default function BoardPage() {
  const { query, route } = useLocation();
  const kind: Kind = query["jenis"] === "dinas" ? "AGENCY" : "KELURAHAN";
  const period = PERIODS.find((each) => each === query["masa"]) ?? "MONTH";
  const [search, setSearch] = useState("");
  const show = (shownKind: Kind, shownPeriod: Period) => {
    const parameters = new URLSearchParams({
      ...(shownKind === "AGENCY" && { jenis: "dinas" }),
      ...(shownPeriod !== "MONTH" && { masa: shownPeriod }),
    });
    route(parameters.size > 0 ? `/peringkat?${parameters}` : "/peringkat", true);
  };
  return (
    <main id="content" class="page board stack">
      <PageTitle title={t().title} />
      <div class="board-words">
        <p>{t().bands}</p>
        <p>
          {t().points}{" "}
          <a href={area.value.kind === "city" ? "/kelurahan" : `/kelurahan/${area.value.code}`}>{t().toLedger}</a>
        </p>
      </div>
      <div class="board-choice">
        <Choice
          label={t().kind}
          chosen={kind}
          choices={[
            ["KELURAHAN", t().kelurahan],
            ["AGENCY", t().agencies],
          ]}
          onChoose={(chosen) => show(chosen, period)}
        />
        <Choice
          label={t().period}
          chosen={period}
          choices={[
            ["MONTH", t().month],
            ["QUARTER", t().quarter],
            ["YEAR", t().year],
          ]}
          onChoose={(chosen) => show(kind, chosen)}
        />
        <Search value={search} onInput={setSearch} />
      </div>
      <Board key={`${kind} ${period}`} kind={kind} period={period} search={search.trim()} />
    </main>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  chosen: Value;
  choices: [Value, string][];
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, chosen, choices, onChoose }: ChoiceProps<Value>) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {choices.map(([value, words]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => onChoose(value)}>
          {words}
        </button>
      ))}
    </div>
  );
}

function Search({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <div class="board-search">
      <label for={id} class="visually-hidden">
        {t().find}
      </label>
      <input
        id={id}
        type="search"
        class="input"
        autocomplete="off"
        placeholder={t().find}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </div>
  );
}
