import type { UnitNames } from "./documents";
import { t } from "./texts";

export type UnitKind = "Kelurahan" | "Kecamatan" | "City" | "Agency";

export interface NamedUnit {
  id: string;
  code: string;
  kind: UnitKind;
  /** The name that tells it from all others: "Gambir (kelurahan, Kec. Gambir)". */
  label: string;
}

/** Return all units of some kinds with labels, kelurahan last because they are the most. */
export function namedUnits(names: UnitNames, kinds: readonly UnitKind[]): NamedUnit[] {
  const kelurahan = names.kelurahans.edges.map(({ node }) => node);
  const cities = unique(kelurahan.map(({ city }) => city));
  const kecamatan = unique(kelurahan.map((each) => ({ ...each.kecamatan, city: each.city })));
  const all: NamedUnit[] = [
    ...names.agencies.map(({ id, code, name }) => ({ id, code, kind: "Agency" as const, label: name })),
    ...cities.map(({ id, code, name }) => ({ id, code, kind: "City" as const, label: name })),
    ...kecamatan.map(({ id, code, name, city }) => ({
      ...{ id, code, kind: "Kecamatan" as const },
      label: t().kecamatanLabel(name, city.name),
    })),
    ...kelurahan.map(({ id, code, name, kecamatan: { name: district } }) => ({
      ...{ id, code, kind: "Kelurahan" as const },
      label: t().kelurahanLabel(name, district),
    })),
  ];
  return all.filter(({ kind }) => kinds.includes(kind));
}

const unique = <Each extends { id: string }>(all: readonly Each[]): Each[] => [
  ...new Map(all.map((each) => [each.id, each])).values(),
];

/** Return the unit that somebody typed: by its label or its code, whatever the case. */
export function findUnit(units: readonly NamedUnit[], typed: string): NamedUnit | undefined {
  const text = typed.trim().toLowerCase();
  return units.find(({ label, code }) => label.toLowerCase() === text || code.toLowerCase() === text);
}
