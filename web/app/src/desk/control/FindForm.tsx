import { useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { Field } from "../../ui/parts";
import { UnitPicker, type ChosenUnit } from "../office/UnitPicker";
import { CATEGORY_NAMES } from "./documents";
import { filterOf } from "./find";
import { t } from "./texts";

/** What was looked for: a report by its number, or reports by conditions. */
export type Found = { number: string } | { filter: ReturnType<typeof filterOf> };

/** Find the reports whose points are not fair: all of a place and a category in a time, or one by its number. */
export function FindForm({ number: first, onFind }: { number: string | undefined; onFind: (found: Found) => void }) {
  const { data } = useLoad(CATEGORY_NAMES, {});
  const [unit, setUnit] = useState<ChosenUnit>();
  const [category, setCategory] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [number, setNumber] = useState(first ?? "");
  const find = (event: Event) => {
    event.preventDefault();
    const named = number.trim();
    if (named) onFind({ number: named });
    else if (unit !== null) onFind({ filter: filterOf({ unit, category, from, to }) }); // the field says that it is none
  };
  const moment = (label: string, value: string, set: (value: string) => void) => (
    <Field label={label}>
      {(control) => (
        <input
          {...control}
          class="input"
          type="datetime-local"
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <form class="card stack" role="search" aria-label={t().findReports} onSubmit={find}>
      <h2>{t().findReports}</h2>
      <div class="filters">
        <UnitPicker label={t().place} kinds={["Kelurahan", "Kecamatan", "City", "Agency"]} onChoose={setUnit} />
        <Field label={t().category}>
          {(control) => (
            <select
              {...control}
              class="input"
              value={category}
              onChange={({ currentTarget }) => setCategory(currentTarget.value)}
            >
              <option value="">{t().anyCategory}</option>
              {data?.categories.map(({ id, code, name }) => (
                <option key={id} value={code}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        {moment(t().from, from, setFrom)}
        {moment(t().to, to, setTo)}
        <Field label={t().number} hint={t().numberHint}>
          {(control) => (
            <input
              {...control}
              class="input"
              autoComplete="off"
              value={number}
              onInput={({ currentTarget }) => setNumber(currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <div>
        <button class="button">{t().find}</button>
      </div>
    </form>
  );
}
