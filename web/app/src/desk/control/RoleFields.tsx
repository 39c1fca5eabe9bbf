import type { Problem } from "../../api/hooks";
import { words } from "../../texts/words";
import { Field } from "../../ui/parts";
import { UnitPicker, type ChosenUnit } from "../office/UnitPicker";
import { problemAt } from "./problems";
import { GIVEN, KINDS, type Role } from "./roles";
import { t } from "./texts";

export interface GivenRole {
  role: Role;
  unit: ChosenUnit;
}

interface RoleFieldsProps {
  value: GivenRole;
  problems: readonly Problem[];
  onChange: (value: GivenRole) => void;
}

/** A role and the unit that it extends to, if it has one. */
export function RoleFields({ value: { role, unit }, problems, onChange }: RoleFieldsProps) {
  const kinds = KINDS[role];
  return (
    <>
      <Field label={t().role} error={problemAt(problems, "role")} hint={kinds.length === 0 ? t().noUnit : undefined}>
        {(control) => (
          <select
            {...control}
            class="input"
            value={role}
            onChange={({ currentTarget }) => onChange({ role: currentTarget.value as Role, unit: undefined })}
          >
            {GIVEN.map((each) => (
              <option key={each} value={each}>
                {words().role[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kinds.length > 0 && (
        <UnitPicker
          key={role}
          label={t().unit}
          kinds={kinds}
          error={unit ? undefined : problemAt(problems, "unit")}
          onChoose={(chosen) => onChange({ role, unit: chosen })}
        />
      )}
    </>
  );
}

/** The problem of a role whose unit is missing, before it is sent: the service says it in its own words otherwise. */
export const missingUnit = ({ role, unit }: GivenRole): Problem[] =>
  KINDS[role].length > 0 && !unit ? [{ code: "INVALID", message: t().unitMissing, field: "unit" }] : [];
