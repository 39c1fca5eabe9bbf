import { signal } from "@preact/signals";

/** The languages of the pages. Indonesian comes first: it is what the page has before anybody has chosen. */
export const LANGUAGES = ["id", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "tanggap.language";

function firstLanguage(): Language {
  if (typeof document === "undefined") return "id"; // tests of pure functions
  const kept = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEPT);
  return LANGUAGES.find((each) => each === kept || each === (kept ?? document.documentElement.lang)) ?? "id";
}

/** The language of the page: as chosen here before, else as the service chose by the browser's settings. */
export const language = signal<Language>(firstLanguage());

/** Show the pages in a language, now and when they are opened again. */
export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen;
  language.value = chosen;
}

/** The same texts in the other language: strings for strings, functions for functions. */
type Same<T> = { [Key in keyof T]: T[Key] extends string ? string : T[Key] extends object ? Same<T[Key]> : T[Key] };
type SameOf<T> = T extends (...values: infer Values) => string ? (...values: Values) => string : Same<T>;

/**
 * Return a function that returns the texts in the language of the page. Both languages must have the same keys.
 *
 *     const t = defineTexts({ send: "Kirim" }, { send: "Send" });
 *     <button>{t().send}</button>
 */
export function defineTexts<T extends object>(
  id: T,
  en: { [Key in keyof T]: SameOf<T[Key]> extends infer S ? S : never },
): () => T {
  return () => (language.value === "id" ? id : (en as unknown as T));
}
