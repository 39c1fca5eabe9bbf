import { speak } from "../texts";
import { otherLanguage } from "../texts/words";
import { t } from "./texts";

/** For bars: show the pages in the other language. */
export function LanguageSwitch() {
  return (
    <button type="button" class="button plain" lang={otherLanguage()} onClick={() => speak(otherLanguage())}>
      {t().otherLanguage}
    </button>
  );
}
