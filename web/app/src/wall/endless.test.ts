import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Following } from "./following";
import { Frames } from "./frames";
import { Polls } from "./polls";

let frames: FrameRequestCallback[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (run: FrameRequestCallback) => frames.push(run));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what comes within a frame is taken at once, in order", () => {
  const taken: (readonly number[])[] = [];
  const collected = new Frames<number>((items) => taken.push(items));
  for (const each of [1, 2, 3]) collected.add(each);
  expect([taken, frames.length]).toEqual([[], 1]);
  frames.shift()?.(0);
  collected.add(4);
  frames.shift()?.(0);
  expect(taken).toEqual([[1, 2, 3], [4]]);
});

test("a page without frames takes what comes all the same, and keeps little", () => {
  const sizes: number[] = [];
  const collected = new Frames<number>((items) => sizes.push(items.length));
  for (let each = 0; each < 2_001; each++) collected.add(each);
  expect(sizes).toEqual([2_000]);
  vi.advanceTimersByTime(500);
  expect(sizes).toEqual([2_000, 1]);
  collected.add(0);
  collected.stop();
  vi.advanceTimersByTime(500);
  expect(sizes).toEqual([2_000, 1]);
});

test("a subscription that fails begins again, after waits that grow until something comes", async () => {
  const begun: number[] = [];
  let ended = 0;
  const following = new Following(async () => {
    begun.push(Date.now());
    return () => void ended++;
  });
  const began = Date.now();
  await vi.advanceTimersByTimeAsync(0);
  following.failed();
  following.failed(); // it ends and tells so: once
  await vi.advanceTimersByTimeAsync(2_000);
  following.failed();
  await vi.advanceTimersByTimeAsync(4_000);
  following.received();
  expect(following.isWell).toBe(true);
  following.failed();
  expect(following.isWell).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(begun.map((at) => at - began)).toEqual([0, 2_000, 6_000, 8_000]);
  following.stop();
  expect(ended).toBe(4);
  following.failed();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begun.length).toBe(4);
});

test("a subscription whose cursor cannot be loaded is begun again", async () => {
  let tries = 0;
  const following = new Following(async () => {
    if (++tries < 3) throw new Error("no answer");
    return () => {};
  });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tries).toBe(3);
  following.stop();
});

test("what is polled is fresh until an answer is late, and asked again soon after a failure", async () => {
  let fails = false;
  let asked = 0;
  const polls = new Polls([
    [
      60_000,
      async () => {
        asked++;
        if (fails) throw new Error("no answer");
      },
    ],
  ]);
  expect(polls.isFresh(1_000)).toBe(false);
  polls.runAll();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked, polls.isFresh(1_000)]).toEqual([2, true]);
  fails = true;
  await vi.advanceTimersByTimeAsync(61_000);
  expect([asked, polls.isFresh(1_000)]).toEqual([3, false]);
  fails = false;
  await vi.advanceTimersByTimeAsync(15_000);
  expect([asked, polls.isFresh(1_000)]).toEqual([4, true]);
  polls.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toBe(4);
});
