import { expect, test } from "vitest";
import { blank, isFresh, next, patience, type Happening, type KeptReport, type Phase } from "./machine";

const HAPPENINGS: readonly Happening[] = [
  { type: "edit", content: { title: "Banjir" }, at: 1 },
  { type: "edit", step: "kirim", at: 2 },
  { type: "send" },
  { type: "begin", account: "ani" },
  { type: "begin", account: "budi" },
  { type: "uploaded", photo: "p", upload: { id: "u", at: 1, account: "ani" } },
  { type: "photoRefused", photo: "p", message: "too large" },
  { type: "uploadsExpired" },
  { type: "lost" },
  { type: "lost", message: "busy" },
  { type: "interrupted" },
  { type: "refused", faults: [{ message: "no", field: "title" }] },
  { type: "unauthenticated" },
  { type: "signedIn" },
  { type: "sent", number: "JK1", at: 3 },
];

/** Every report that up to `depth` happenings lead to, each once, with the one before it. */
function reachable(depth: number): [KeptReport, Happening, KeptReport][] {
  const begin = next(blank("i", "k", 0), { type: "edit", content: { photos: [{ id: "p", print: "p" }] }, at: 0 });
  const seen = new Set<string>();
  const found: [KeptReport, Happening, KeptReport][] = [];
  let edge = [begin];
  for (let step = 0; step < depth; step++) {
    const further: KeptReport[] = [];
    for (const before of edge) {
      for (const happening of HAPPENINGS) {
        const after = next(before, happening);
        found.push([before, happening, after]);
        const name = JSON.stringify(after);
        if (!seen.has(name)) further.push(after);
        seen.add(name);
      }
    }
    edge = further;
  }
  return found;
}

const steps = reachable(6);

test("every phase is reached", () => {
  const phases = new Set<Phase>(steps.map(([, , after]) => after.phase));
  expect([...phases].sort()).toEqual(["draft", "queued", "refused", "sending", "sent", "signIn"]);
});

test("a report keeps its key and its id whatever happens", () => {
  expect(steps.every(([before, , after]) => after.key === before.key && after.id === before.id)).toBe(true);
});

test("a sent report never changes again", () => {
  const sent = steps.filter(([before]) => before.phase === "sent");
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.every(([before, , after]) => before === after)).toBe(true);
});

test("only a report that is being sent becomes sent, and only a queued one is being sent", () => {
  for (const [before, , after] of steps) {
    if (before.phase === after.phase) continue;
    if (after.phase === "sent") expect(before.phase).toBe("sending");
    if (after.phase === "sending") expect(before.phase).toBe("queued");
  }
});

test("what is being sent is not edited", () => {
  const edits = steps.filter(([before, { type }]) => before.phase === "sending" && type === "edit");
  expect(edits.every(([before, , after]) => before === after)).toBe(true);
});

test("a report whose attempt may have arrived is sent under that account only, until it is refused", () => {
  for (const [before, happening, after] of steps) {
    if (after.phase === "sending") expect(after.account).toBeDefined();
    if (before.account && after.account !== before.account) expect(happening.type).toBe("refused");
  }
});

test("a refusal says why, and a sent report has no faults", () => {
  for (const [, , after] of steps) {
    if (after.phase === "refused") expect(after.faults.length).toBeGreaterThan(0);
    if (after.phase === "sent") expect(after.faults).toEqual([]);
  }
});

test("the wait grows with each attempt, to five minutes", () => {
  const waits = Array.from({ length: 20 }, (_, attempts) => patience(attempts));
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(300_000);
});

test("an upload serves its own account for less than a day", () => {
  const photo = { id: "p", print: "p", uploaded: { id: "u", at: 0, account: "ani" } };
  expect(isFresh(photo, "ani", 22 * 3_600_000)).toBe(true);
  expect(isFresh(photo, "ani", 24 * 3_600_000)).toBe(false);
  expect(isFresh(photo, "budi", 0)).toBe(false);
});
