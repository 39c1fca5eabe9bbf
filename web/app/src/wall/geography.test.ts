import { expect, test } from "vitest";
import { boxOf, fit, MAINLAND } from "./geography";

const frame = { x: 10, y: 20, width: 800, height: 400 };

test("a box fits into a frame, in the middle, with north above and east to the right", () => {
  const project = fit(MAINLAND, frame);
  const [west, north] = project([MAINLAND.west, MAINLAND.north]);
  const [east, south] = project([MAINLAND.east, MAINLAND.south]);
  expect([north, south]).toEqual([20, 420]); // the height decides
  expect(west - 10).toBeCloseTo(810 - east);
  expect(east).toBeGreaterThan(west);
});

test("a kilometre is as long eastwards as northwards", () => {
  const project = fit(MAINLAND, frame);
  const [x, y] = project([106.8, -6.2]);
  const [east] = project([106.8 + 0.01 / Math.cos((6.2 * Math.PI) / 180), -6.2]);
  const [, north] = project([106.8, -6.19]);
  expect((east - x) / (y - north)).toBeCloseTo(1, 2);
});

test("what is outside the frame is not in it", () => {
  const project = fit(MAINLAND, frame);
  expect([project.has([106.8, -6.2]), project.has([106.6, -5.7])]).toEqual([true, false]);
});

test("the box of polygons has all of their corners", () => {
  expect(
    boxOf([
      [
        [
          [
            [106, -6],
            [107, -5],
            [106.5, -7],
          ],
        ],
      ],
    ]),
  ).toEqual({ west: 106, south: -7, east: 107, north: -5 });
});
