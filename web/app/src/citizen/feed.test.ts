import { expect, test } from "vitest";
import { follow, release, type Feed } from "./feed";

interface Line {
  id: string;
  version: number;
}
const line = (id: string, version = 1): Line => ({ id, version });
const feed = (...ids: string[]): Feed<Line> => ({ shown: ids.map((id) => line(id)), waiting: [] });
const news = (id: string, version = 1) => ({ reportId: id, line: line(id, version), news: true });
const ids = ({ shown, waiting }: Feed<Line>) => [shown, waiting].map((lines) => lines.map(({ id }) => id).join(""));

test("news goes to the top, once", () => {
  const after = follow(follow(feed("a", "b"), news("c"), false, 3), news("b", 2), false, 3);
  expect(ids(after)).toEqual(["bca", ""]);
});

test("the list does not grow beyond its length", () => {
  expect(ids(follow(feed("a", "b"), news("c"), false, 2))).toEqual(["ca", ""]);
});

test("while somebody reads, news waits and nothing moves", () => {
  const after = follow(follow(feed("a", "b"), news("c"), true, 9), news("b", 2), true, 9);
  expect(ids(after)).toEqual(["ab", "c"]);
  expect(after.shown[1]).toEqual(line("b", 2));
  expect(ids(release(after, 9))).toEqual(["cab", ""]);
});

test("a report that left the list is gone, wherever it was", () => {
  const gone = (id: string) => ({ reportId: id, line: null, news: true });
  const waiting = follow(feed("a"), news("b"), true, 9);
  expect(ids(follow(follow(waiting, gone("a"), true, 9), gone("b"), true, 9))).toEqual(["", ""]);
});

test("an event that is not news changes what is shown and adds nothing", () => {
  const quiet = (id: string) => ({ reportId: id, line: line(id, 2), news: false });
  expect(ids(follow(follow(feed("a"), quiet("a"), false, 9), quiet("z"), false, 9))).toEqual(["a", ""]);
});

test("a late event changes nothing", () => {
  const now = follow(feed("a", "b"), news("b", 5), false, 9);
  expect(follow(now, news("b", 4), false, 9)).toBe(now);
});
