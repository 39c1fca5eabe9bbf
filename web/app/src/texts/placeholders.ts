import { language } from "./index";

/** What the service puts in the place of words that are gone, in both languages: rules/texts.py. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "Dihapus pelapor / Erased by the reporter",
  "Ditarik pelapor / Withdrawn by the reporter",
  "Dihapus penulis / Deleted by the author",
]);

/** Return words of a person as they are, and a placeholder in the language of the page only. */
export function inOneLanguage(words: string): string {
  if (!PLACEHOLDERS.has(words)) return words;
  return words.split(" / ")[language.value === "id" ? 0 : 1] ?? words;
}
