import type { Viewer } from "../../account";

type Membership = Viewer["memberships"][number];
export type Unit = NonNullable<Membership["unit"]>;

export const isControlRoom = ({ memberships }: Pick<Viewer, "memberships">): boolean =>
  memberships.some(({ role }) => role === "ADMIN");

/** The units that somebody supervises: of a kecamatan and a city those under it, of an agency itself. */
export const supervised = ({ memberships }: Pick<Viewer, "memberships">): Unit[] =>
  memberships.flatMap(({ role, unit }) => (role === "SUPERVISOR" && unit ? [unit] : []));

/** Whether somebody looks after the units of others. */
export const overUnits = (viewer: Pick<Viewer, "memberships">): boolean =>
  isControlRoom(viewer) || supervised(viewer).length > 0;

/** The units of somebody that have a ledger of their own: kelurahan and agencies, each once. */
export const withLedger = ({ memberships }: Pick<Viewer, "memberships">): Unit[] => {
  const units = memberships.flatMap(({ unit }) => (unit && hasLedger(unit) ? [unit] : []));
  return units.filter(({ id }, index) => units.findIndex((each) => each.id === id) === index);
};

const hasLedger = ({ __typename }: Unit): boolean => __typename === "Kelurahan" || __typename === "Agency";
