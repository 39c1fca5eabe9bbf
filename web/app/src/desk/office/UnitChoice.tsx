import { useLocation } from "preact-iso";
import type { Unit } from "./roles";
import { UnitPicker } from "./UnitPicker";
import { t } from "./texts";

interface UnitChoiceProps {
  /** The units of the viewer that have a ledger. */
  own: readonly Unit[];
  chosen: string | undefined;
  /** Whether other units can be found by name. */
  others: boolean;
}

/** Whose points are shown: one of the viewer's own units, or another one. */
export function UnitChoice({ own, chosen, others }: UnitChoiceProps) {
  const { route } = useLocation();
  const open = (id: string) => route(`/meja/nilai?${new URLSearchParams({ unit: id })}`);
  if (own.length < 2 && !others) return null;
  return (
    <div class="unit-choice">
      {own.length > 1 && (
        <div class="segments" role="group" aria-label={t().unit}>
          {own.map(({ id, name }) => (
            <button key={id} type="button" aria-pressed={id === chosen} onClick={() => open(id)}>
              {name}
            </button>
          ))}
        </div>
      )}
      {others && (
        <UnitPicker
          label={t().choose}
          hint={t().chooseHint}
          kinds={["Kelurahan", "Agency"]}
          onChoose={(unit) => unit && open(unit.id)}
        />
      )}
    </div>
  );
}
