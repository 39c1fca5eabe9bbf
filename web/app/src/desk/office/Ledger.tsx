import { useState } from "preact/hooks";
import { formatMoment, formatNumber, formatShortMoment, formatSigned } from "../../texts/format";
import { useViewer } from "../../account";
import { words } from "../../texts/words";
import { Failed, Skeletons } from "../../ui/parts";
import { UNIT_LEDGER, type LedgerEntry } from "./documents";
import { balance, byRule, chosen, type Direction } from "./sums";
import { usePages } from "./pages";
import type { Period } from "./periods";
import { isControlRoom } from "./roles";
import { ruleWords, t } from "./texts";

/** The entries that are read for the sums. A busy month of a busy kelurahan has some 500. */
const MOST = 1_000;
/** The entries that are shown at once. */
const PAGE = 25;
const DIRECTIONS: readonly Direction[] = ["all", "losses", "gains"];

/** The ledger of a unit in a period: the sums of each reason, and the entries as sentences with their reports. */
export function Ledger({ id, period, on }: { id: string; period: Period; on: string }) {
  const { rows, more, loading, failed, reload } = usePages(
    UNIT_LEDGER,
    { id, period, on },
    ({ node }) => (node && "points" in node ? node.points : undefined),
    MOST,
  );
  const [direction, setDirection] = useState<Direction>("all");
  const [rule, setRule] = useState<string>();
  const [shown, setShown] = useState(PAGE);
  const turn = (next: Direction) => {
    setDirection(next);
    setRule(undefined);
    setShown(PAGE);
  };
  return (
    <section class="card stack" id="ledger" aria-busy={loading}>
      <div class="spread">
        <h2>{t().ledger}</h2>
        <div class="segments" role="group" aria-label={t().direction}>
          {DIRECTIONS.map((each) => (
            <button key={each} type="button" aria-pressed={direction === each} onClick={() => turn(each)}>
              {t()[each]}
            </button>
          ))}
        </div>
      </div>
      {failed && <Failed again={reload} />}
      {!rows && !failed && <Skeletons count={6} height="3rem" />}
      {rows?.length === 0 && <p class="muted">{t().noEntries}</p>}
      {rows && rows.length > 0 && (
        <>
          <Sums entries={chosen(rows, direction, undefined)} rule={rule} onRule={setRule} />
          {more && !loading && <p class="muted small">{t().partial(formatNumber(rows.length))}</p>}
          <Entries entries={chosen(rows, direction, rule).slice(0, shown)} />
          {chosen(rows, direction, rule).length > shown && (
            <button type="button" class="button quiet" onClick={() => setShown(shown + PAGE)}>
              {words().more}
            </button>
          )}
        </>
      )}
    </section>
  );
}

interface SumsProps {
  entries: readonly LedgerEntry[];
  rule: string | undefined;
  onRule: (rule: string | undefined) => void;
}

/** The sums of the reasons, the heaviest loss first. One that is pressed filters the entries. */
function Sums({ entries, rule, onRule }: SumsProps) {
  const { gained, lost } = balance(entries);
  const sums = byRule(entries);
  const heaviest = Math.max(...sums.map(({ points }) => Math.abs(points)), 1);
  return (
    <>
      <p>
        <strong class="number">{t().gained(formatSigned(gained))}</strong> ·{" "}
        <strong class="number">{t().lost(formatSigned(lost))}</strong>
        <span class="muted"> · {t().ledgerIntro}</span>
      </p>
      <ul class="sums" aria-label={t().summary}>
        {sums.map(({ rule: name, times, points }) => (
          <li key={name}>
            <button type="button" aria-pressed={rule === name} onClick={() => onRule(rule === name ? undefined : name)}>
              <span class="sum-name">{ruleWords(name)}</span>
              <span class="muted small number">{t().times(formatNumber(times))}</span>
              <strong class="number">{formatSigned(points)}</strong>
              <span
                class="sum-bar"
                data-loss={points < 0}
                style={{ width: `${(Math.abs(points) / heaviest) * 100}%` }}
                aria-hidden="true"
              />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Entries({ entries }: { entries: readonly LedgerEntry[] }) {
  const viewer = useViewer();
  const canWaive = Boolean(viewer && isControlRoom(viewer));
  if (entries.length === 0) return <p class="muted">{t().noneLike}</p>;
  return (
    <table class="table as-cards entries">
      <caption class="visually-hidden">{t().entriesCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{t().when}</th>
          <th scope="col" class="end">
            {t().points}
          </th>
          <th scope="col">{t().entry}</th>
          <th scope="col">{t().report}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} canWaive={canWaive} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ entry, canWaive }: { entry: LedgerEntry; canWaive: boolean }) {
  const { at, points, reason, note, report, waived, reverses, reversedBy } = entry;
  const isGone = waived || reversedBy !== null;
  return (
    <tr data-gone={isGone}>
      <td class="nowrap small" data-label={t().when}>
        <time dateTime={at} title={formatMoment(at)}>
          {formatShortMoment(at)}
        </time>
      </td>
      <td class="end number points" data-label={t().points}>
        <strong>{formatSigned(points)}</strong>
      </td>
      <td data-label={t().entry}>
        <span>{reason}</span>
        {isGone && <span class="tag">{waived ? t().waived : t().reversed}</span>}
        {reverses && <span class="tag">{t().reversal}</span>}
        {note && <q class="said-note">{note}</q>}
      </td>
      <td data-label={t().report}>
        {report ? (
          <a href={`/laporan/${report.number}`}>
            <span class="number small">{report.number}</span> {report.title}
          </a>
        ) : (
          <span class="muted">{t().hiddenReport}</span>
        )}
        {canWaive && report && !isGone && !reverses && (
          <a class="small where" href={`/meja/keringanan?${new URLSearchParams({ laporan: report.number })}`}>
            {t().waiveThis}
          </a>
        )}
      </td>
    </tr>
  );
}
