import type { NamedUnit } from "../office/names";

interface Wanted {
  unit: NamedUnit | undefined;
  /** The code of a category, or "". */
  category: string;
  /** A moment of the clock in Jakarta as a field gives it, "2026-11-30T08:00", or "". */
  from: string;
  to: string;
}

/** A moment of the clock in Jakarta, which has one offset all year, as the API reads it. */
const inJakarta = (moment: string): string => `${moment}:00+07:00`;

/** Return the filter of the API for what somebody looks for. */
export function filterOf({ unit, category, from, to }: Wanted) {
  return {
    ...(unit && placeOf(unit)),
    ...(category && { category: [category] }),
    ...(from && { submittedFrom: inJakarta(from) }),
    ...(to && { submittedTo: inJakarta(to) }),
  };
}

function placeOf({ kind, id, code }: NamedUnit) {
  switch (kind) {
    case "Kelurahan":
      return { kelurahan: [code] };
    case "Kecamatan":
      return { kecamatan: [code] };
    case "City":
      return { city: [code] };
    case "Agency":
      return { handler: [id] };
  }
}
