import { expect, test } from "vitest";
import { findUnit, namedUnits } from "./names";

const kecamatan = { id: "c", code: "31.71.01", name: "Gambir" };
const city = { id: "j", code: "31.71", name: "Jakarta Pusat" };
const node = (id: string, name: string) => ({ node: { id, code: `31.71.01.${id}`, name, kecamatan, city } });
const names = {
  kelurahans: { edges: [node("1001", "Gambir"), node("1002", "Cideng")] },
  agencies: [{ id: "a", code: "DINSOS", name: "Dinas Sosial", kind: "CITY" as const }],
};

test("kecamatan and cities are those of the kelurahan, each once", () => {
  expect(namedUnits(names, ["City", "Kecamatan"]).map(({ id }) => id)).toEqual(["j", "c"]);
});

test("every label leads back to its unit, and so does a code in any case", () => {
  const units = namedUnits(names, ["Kelurahan", "Kecamatan", "City", "Agency"]);
  for (const unit of units) expect(findUnit(units, ` ${unit.label.toUpperCase()} `)).toBe(unit);
  expect(findUnit(units, "dinsos")?.id).toBe("a");
  expect(findUnit(units, "Gambi")).toBeUndefined();
});
