import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { groupWords } from "../../texts/words";
import { Dialog, Field } from "../../ui/parts";
import type { Refusal } from "./acts";
import { hand, type Handing, type Target } from "./commands";
import { CATEGORIES, UNITS, type Row } from "./documents";
import { Refused } from "./Refused";
import { useWork } from "./state";
import { t } from "./texts";

interface PickProps {
  kind: Handing;
  ids: readonly string[];
  onClose: () => void;
}

interface Option extends Target {
  group: string;
  /** Beside the name: the kecamatan of a kelurahan. */
  more?: string;
}

const SHOWN = 60;

/** Hand reports on or give them another category: type, choose, Enter. */
export function Pick({ kind, ids, onClose }: PickProps) {
  const work = useWork();
  const row = work.newest(ids[0] as string) as Row;
  const options = useOptions(kind, row);
  const [text, setText] = useState("");
  const [note, setNote] = useState("");
  const [active, setActive] = useState(0);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const found = search(options, text);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, text]);

  const choose = async (target: Target | undefined) => {
    if (!target || isBusy) return;
    setBusy(true);
    const refused = await hand(work, kind, ids, target, note.trim() || null);
    setBusy(false);
    setRefusal(refused);
    if (!refused) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) setActive(Math.max(0, Math.min(found.length - 1, active + by)));
    else if (event.key === "Enter") void choose(found[active]);
    else return;
    event.preventDefault();
  };
  const what = ids.length === 1 ? row.number : t().many(formatNumber(ids.length));
  return (
    <Dialog title={t().pickTitle[kind](what)} onClose={onClose}>
      <div class="stack">
        <Field label={t().pickLabel[kind]} hint={t().pickHint}>
          {(control) => (
            <input
              {...control}
              class="input"
              role="combobox"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              {...(found[active] && { "aria-activedescendant": `${id}-${active}` })}
              autocomplete="off"
              autofocus
              value={text}
              onInput={({ currentTarget }) => {
                setText(currentTarget.value);
                setActive(0);
              }}
              onKeyDown={onKeyDown}
            />
          )}
        </Field>
        <ul ref={list} id={`${id}-list`} class="work-options" role="listbox" aria-label={t().pickLabel[kind]}>
          {found.map((option, index) => (
            <li
              key={option.group + option.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              onClick={() => void choose(option)}
              {...(option.group !== found[index - 1]?.group && { "data-group": option.group })}
            >
              <span>{option.name}</span>
              {option.more && <span class="small muted">{option.more}</span>}
            </li>
          ))}
        </ul>
        {found.length === 0 && <p class="muted">{t().nothingFound}</p>}
        <Field label={t().noteToReporter} hint={t().optional}>
          {(control) => (
            <textarea
              {...control}
              class="input"
              rows={2}
              maxLength={2000}
              value={note}
              onInput={({ currentTarget }) => setNote(currentTarget.value)}
            />
          )}
        </Field>
        {refusal && <Refused refusal={refusal} kept={note !== ""} />}
      </div>
    </Dialog>
  );
}

/** Words of the search in the name, wherever they begin. Names that begin with it come first. */
function search(options: readonly Option[], text: string): readonly Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = options.filter(({ name, more }) => {
    const where = ` ${name} ${more ?? ""}`.toLowerCase();
    return words.every((word) => where.includes(` ${word}`));
  });
  return fits.slice(0, SHOWN);
}

function useOptions(kind: Handing, row: Row): readonly Option[] {
  const { data: units } = useLoad(UNITS, kind === "recategorise" ? null : {});
  const { data: categories } = useLoad(CATEGORIES, {});
  const all = categories?.categories ?? [];
  if (kind === "recategorise") {
    return all
      .filter(({ code }) => code !== row.category.code)
      .map(({ id, code, name, group }) => ({ id, code, name, group: groupWords(group) }))
      .sort((a, b) => a.group.localeCompare(b.group));
  }
  const kelurahan = (units?.kelurahans.edges ?? []).map(({ node }) => ({
    id: node.id,
    code: node.code,
    name: node.name,
    more: node.kecamatan.name,
    group: t().kelurahans,
  }));
  if (kind === "transfer") return kelurahan.filter(({ code }) => code !== row.kelurahan.code);
  const agencies = (units?.agencies ?? []).map(({ id, code, name, kind: agency }) => ({
    id,
    code,
    name,
    group: agency === "EXTERNAL" ? t().externalAgencies : t().agencies,
  }));
  const others: readonly Option[] = [...agencies, ...kelurahan].filter(({ id }) => id !== row.handler.id);
  const usual = [all.find(({ code }) => code === row.category.code)?.agency?.id, row.kelurahan.id];
  const suggested = others.filter(({ id }) => usual.includes(id)).map((each) => ({ ...each, group: t().suggested }));
  const rest = others
    .filter(({ id }) => !usual.includes(id))
    .sort((a, b) => Number(a.group === t().externalAgencies) - Number(b.group === t().externalAgencies));
  return [...suggested, ...rest];
}
