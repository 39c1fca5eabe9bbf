import { expect, test } from "vitest";
import { fit } from "./shrink";

const SIDES = [1, 2, 399, 400, 1599, 1600, 1601, 3024, 4032, 12_000];

test("a shrunk photo fits, keeps its form and is never enlarged", () => {
  for (const width of SIDES) {
    for (const height of SIDES) {
      const small = fit(width, height);
      expect(Math.max(small.width, small.height)).toBeLessThanOrEqual(1600);
      expect(small.width).toBeLessThanOrEqual(width);
      expect(small.height).toBeLessThanOrEqual(height);
      expect(Math.min(small.width, small.height)).toBeGreaterThanOrEqual(1);
      // Half a pixel of rounding on the shorter side.
      expect(Math.abs(small.width * height - small.height * width)).toBeLessThanOrEqual(Math.max(width, height));
    }
  }
  expect(fit(4032, 3024)).toEqual({ width: 1600, height: 1200 });
});
