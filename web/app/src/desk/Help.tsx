import { Dialog } from "../ui/parts";
import { lettersOn, switchLetters } from "./keys";
import type { DeskPage } from "./pages";
import { t } from "./texts";

/** All shortcuts, and the switch for those of one letter. */
export function Help({ pages, onClose }: { pages: readonly DeskPage[]; onClose: () => void }) {
  const say = t().keys;
  const groups = [
    [
      say.moving,
      [
        ["j  ↓", say.next],
        ["k  ↑", say.previous],
        ["/", say.search],
        ["1 … 6", say.tab],
        ["Esc", say.close],
      ],
    ],
    [
      say.acting,
      [
        ["⏎", say.goOn],
        ["s", say.finish],
        ["r", say.reply],
        ["n", say.note],
        ["a", say.assign],
        ["t", say.transfer],
        ["c", say.recategorise],
        ["d", say.duplicate],
        ["m", say.move],
        ["Ctrl ⏎", say.send],
      ],
    ],
    [
      say.choosing,
      [
        ["x", say.toggle],
        ["⇧ j  ⇧ k", say.extend],
        ["Ctrl a", say.all],
      ],
    ],
    [
      say.pages,
      [...pages.map(({ key, name }) => [`g ${t().then} ${key}`, t()[name]] as const), ["?", say.help] as const],
    ],
  ] as const;
  return (
    <Dialog title={t().shortcuts} onClose={onClose}>
      <div class="stack">
        <div class="desk-keys">
          {groups.map(([name, keys]) => (
            <section key={name}>
              <h3>{name}</h3>
              <dl>
                {keys.map(([key, words]) => (
                  <div key={key}>
                    <dt>
                      <kbd class="key">{key}</kbd>
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <label class="check">
          <input
            type="checkbox"
            checked={lettersOn.value}
            onChange={({ currentTarget }) => switchLetters(currentTarget.checked)}
          />
          <span>
            {t().letters}
            <br />
            <span class="small muted">{t().lettersHint}</span>
          </span>
        </label>
      </div>
    </Dialog>
  );
}
