import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inOneLanguage } from "./placeholders";

test("placeholders of the service are in the language of the page", () => {
  const source = readFileSync("../../rules/texts.py", "utf-8");
  const placeholders = [...source.matchAll(/^ERASED_\w+ = "(.*)"$|^WITHDRAWN_TITLE = "(.*)"$/gm)];
  expect(placeholders.length).toBe(3);
  for (const [, erased, withdrawn] of placeholders) {
    const words = (erased ?? withdrawn) as string;
    expect(inOneLanguage(words)).toBe(words.split(" / ")[0]);
  }
});

test("words of people stay as they are", () => {
  expect(inOneLanguage("Lampu mati / rusak")).toBe("Lampu mati / rusak");
});
