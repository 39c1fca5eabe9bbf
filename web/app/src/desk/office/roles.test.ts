import { expect, test } from "vitest";
import { isControlRoom, supervised, withLedger } from "./roles";

const gambir = { __typename: "Kelurahan", id: "k", code: "31.71.01.1001", name: "Gambir" } as const;
const kecamatan = { __typename: "Kecamatan", id: "c", code: "31.71.01", name: "Gambir" } as const;
const dinas = { __typename: "Agency", id: "a", code: "DINSOS", name: "Dinas Sosial" } as const;
const person = {
  memberships: [
    { role: "CITIZEN", unit: null },
    { role: "OFFICER", unit: gambir },
    { role: "SUPERVISOR", unit: kecamatan },
    { role: "OFFICER", unit: dinas },
    { role: "SUPERVISOR", unit: dinas },
  ],
} as const satisfies { memberships: readonly unknown[] };

test("only kelurahan and agencies have a ledger, and each is listed once", () => {
  expect(withLedger({ memberships: [...person.memberships] })).toEqual([gambir, dinas]);
});

test("an officer supervises nothing, and only an ADMIN is of the control room", () => {
  expect(supervised({ memberships: [...person.memberships] })).toEqual([kecamatan, dinas]);
  expect(isControlRoom({ memberships: [...person.memberships] })).toBe(false);
  expect(isControlRoom({ memberships: [{ role: "ADMIN", unit: null }] })).toBe(true);
});
