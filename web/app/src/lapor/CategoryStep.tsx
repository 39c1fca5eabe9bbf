import { useState } from "preact/hooks";
import { groupWords } from "../texts/words";
import { CategoryIcon } from "../ui/Icon";
import { Field, Notice } from "../ui/parts";
import { categories, grouped, matching } from "./categories";
import type { Category } from "./documents";
import type { KeptReport } from "./machine";
import { Screen } from "./Screen";
import { t } from "./texts";

interface Props {
  report: KeptReport;
  /** Whether the page looks at what was reported nearby, before it goes on. */
  isLooking: boolean;
  onChosen: (category: Category) => void;
}

/** The third step: what it is. One tap goes on. */
export function CategoryStep({ report, isLooking, onChosen }: Props) {
  const [text, setText] = useState("");
  const all = categories.value;
  const chosen = report.content.category?.code;
  if (all.length === 0)
    return (
      <Screen title={t().categoryTitle}>
        <Notice icon="cloud_off" title={t().noCategories} />
      </Screen>
    );
  const found = matching(all, text);
  return (
    <Screen title={t().categoryTitle}>
      <Field label={t().searchCategory}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="search"
            autocomplete="off"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      <p class="visually-hidden" role="status">
        {isLooking && t().looking}
      </p>
      <div class="stack groups" aria-busy={isLooking}>
        {text.trim() !== "" && <Tiles categories={found} chosen={chosen} onChosen={onChosen} />}
        {text.trim() !== "" && found.length === 0 && <p class="muted">{t().noCategory}</p>}
        {text.trim() === "" &&
          grouped(all).map(({ code, categories: some }) => (
            <section key={code} class="stack group">
              <h2>{code === null ? t().often : groupWords(code)}</h2>
              <Tiles categories={some} chosen={chosen} onChosen={onChosen} />
            </section>
          ))}
      </div>
    </Screen>
  );
}

interface TilesProps {
  categories: readonly Category[];
  chosen: string | undefined;
  onChosen: (category: Category) => void;
}

function Tiles({ categories: some, chosen, onChosen }: TilesProps) {
  return (
    <ul class="tiles">
      {some.map((category) => (
        <li key={category.id}>
          <button type="button" class="tile" aria-pressed={category.code === chosen} onClick={() => onChosen(category)}>
            <CategoryIcon icon={category.icon} colour={category.colour} />
            <span>{category.name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
