import { speak } from "../texts";
import { otherLanguage, words } from "../texts/words";

/** For bars: show the pages in the other language. */
export function LanguageSwitch() {
  return (
    <button type="button" class="button plain" lang={otherLanguage()} onClick={() => speak(otherLanguage())}>
      {words().language}
    </button>
  );
}
