import { useRef } from "preact/hooks";
import { formatNumber } from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { shortcut, useKeys } from "../keys";
import { Key } from "../Key";
import { useWork } from "./state";
import { TABS } from "./tabs";
import { t } from "./texts";

/** The parts of the list, with live counts. */
export function Tabs() {
  const work = useWork();
  const counts = work.counts.value;
  useKeys(Object.fromEntries(TABS.map((tab, index) => [String(index + 1), () => work.showTab(tab)])));
  return (
    <div class="work-tabs" role="group" aria-label={t().tabs}>
      {TABS.map((tab, index) => {
        const count = counts.get(tab);
        return (
          <button
            key={tab}
            type="button"
            aria-pressed={work.tab.value === tab}
            data-tab={tab}
            onClick={() => work.showTab(tab)}
            {...shortcut(String(index + 1))}
          >
            {t().tab[tab]}
            <span class="work-number number">{count === undefined ? "…" : formatNumber(count)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Search, category and kelurahan. */
export function Filters() {
  const work = useWork();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.select() });
  const { categories, kelurahan } = work.choices.value;
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") work.narrow(() => (work.text.value = ""));
    document.getElementById("work-list")?.focus();
  };
  return (
    <div class="work-filters" role="search">
      <label class="work-search">
        <Icon name="search" />
        <span class="visually-hidden">{t().search}</span>
        <input
          ref={input}
          class="input"
          type="search"
          placeholder={t().search}
          value={work.text.value}
          onInput={({ currentTarget }) => work.narrow(() => (work.text.value = currentTarget.value))}
          onKeyDown={leave}
          {...shortcut("/")}
        />
        <Key name="/" />
      </label>
      {categories.length > 1 && (
        <Choice
          label={t().category}
          all={t().allCategories}
          choices={categories}
          value={work.category.value}
          choose={(code) => work.narrow(() => (work.category.value = code))}
        />
      )}
      {kelurahan.length > 1 && (
        <Choice
          label={t().kelurahan}
          all={t().allKelurahan}
          choices={kelurahan}
          value={work.kelurahan.value}
          choose={(code) => work.narrow(() => (work.kelurahan.value = code))}
        />
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  choices: readonly [string, string][];
  value: string;
  choose: (code: string) => void;
}

function Choice({ label, all, choices, value, choose }: ChoiceProps) {
  return (
    <label class="work-choice">
      <span class="visually-hidden">{label}</span>
      <select class="input" value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">{all}</option>
        {choices.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
