import type { EnumOf } from "../../api/graphql";
import type { UnitKind } from "../office/names";

export type Role = EnumOf<"Role">;

/** The roles that the control room gives. Everybody is a citizen. */
export const GIVEN: readonly Role[] = ["OFFICER", "SUPERVISOR", "ADMIN"];

/** The kinds of units that a role may have: docs/permissions.md and `grantRole`. Empty: it has no unit. */
export const KINDS: Readonly<Record<Role, readonly UnitKind[]>> = {
  CITIZEN: [],
  OFFICER: ["Kelurahan", "Agency"],
  SUPERVISOR: ["Kecamatan", "City", "Agency"],
  ADMIN: [],
};
