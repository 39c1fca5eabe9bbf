import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { Field } from "../../ui/parts";
import { UNIT_NAMES } from "./documents";
import { findUnit, namedUnits, type NamedUnit, type UnitKind } from "./names";
import { t } from "./texts";

/** A unit; null while what was typed names none; undefined while nothing was typed. */
export type ChosenUnit = NamedUnit | null | undefined;

interface UnitPickerProps {
  label: string;
  hint?: string;
  /** The kinds of units that may be chosen. */
  kinds: readonly UnitKind[];
  error?: string | undefined;
  /** Called when the choice changes: null for words that name no unit, undefined for none. */
  onChoose: (unit: ChosenUnit) => void;
}

/** A field in which a unit is found by typing a part of its name. */
export function UnitPicker({ label, hint, kinds, error, onChoose }: UnitPickerProps) {
  const { data } = useLoad(UNIT_NAMES, {});
  const [typed, setTyped] = useState("");
  const list = useId();
  const units = useMemo(() => (data ? namedUnits(data, kinds) : []), [data, kinds.join()]);
  const chosen = typed.trim() === "" ? undefined : (findUnit(units, typed) ?? null);
  const unknown = chosen === null && data !== undefined;
  const [left, setLeft] = useState(false);
  // Somebody may have typed the name before the names were loaded.
  useEffect(() => onChoose(chosen), [chosen?.id, chosen === null]);
  return (
    <Field label={label} hint={hint ?? t().pickHint} error={error ?? (left && unknown ? t().pickFromList : undefined)}>
      {(control) => (
        <>
          <input
            {...control}
            class="input"
            list={list}
            autoComplete="off"
            value={typed}
            onInput={({ currentTarget: { value } }) => {
              setTyped(value);
              setLeft(false);
            }}
            onBlur={() => setLeft(true)}
          />
          <datalist id={list}>
            {units.map(({ id, label: name }) => (
              <option key={id} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
