import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Problem } from "../../api/hooks";
import { formatNumber, formatShortMoment, formatSigned } from "../../texts/format";
import { ruleWords } from "../office/texts";
import { Icon } from "../../ui/Icon";
import { Failed, Field, Notice, Skeletons } from "../../ui/parts";
import type { ScoredReport } from "./documents";
import { ProblemList } from "./ProblemList";
import { otherProblems, problemAt, problemWords } from "./problems";
import { t } from "./texts";
import { waive } from "./waive";
import { effectOf, standing, type Effect, type Extent } from "./waiving";

interface WaiveFormProps {
  /** The reports that were found. Undefined: not yet. */
  reports: readonly ScoredReport[] | undefined;
  extent: Extent;
  failed: boolean;
  /** Whether there are more than may be waived at once. */
  hasMore?: boolean;
  reload: () => void;
}

/** Choose reports, see what a waiver of them changes, give the reason, and do it. */
export function WaiveForm({ reports, extent, failed, hasMore, reload }: WaiveFormProps) {
  const [leftOut, setLeft] = useState<ReadonlySet<string>>();
  const [reason, setReason] = useState("");
  const [progress, setProgress] = useState<number>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [stopped, setStopped] = useState<number>();
  const [done, setDone] = useState<{ waived: number; units: Effect["units"] }>();
  const found = useMemo(() => reports?.filter((report) => standing(report, extent).length > 0), [reports, extent]);
  if (failed) return <Failed again={reload} />;
  if (!reports || !found) return <Skeletons count={5} height="3rem" />;
  // Of what was searched for, all is meant; of the entries of one report, those that somebody chooses.
  const left = leftOut ?? new Set(extent === "entries" ? found.map(({ id }) => id) : []);
  const chosen = found.filter(({ id }) => !left.has(id));
  const effect = effectOf(chosen, extent);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (progress !== undefined || effect.entries === 0) return;
    setProgress(0);
    setDone(undefined);
    const { waived, problems: refused } = await waive(chosen, extent, reason, setProgress);
    setProgress(undefined);
    setProblems(refused);
    setStopped(refused.length > 0 && waived > 0 ? waived : undefined);
    if (refused.length === 0) {
      setDone({ waived, units: effect.units });
      setReason("");
      setLeft(undefined);
    }
    if (waived > 0) reload();
  };
  const ofReport = (problem: Problem): string | undefined => {
    const report = /^\d+$/.test(problem.field ?? "") ? chosen[Number(problem.field)] : undefined;
    return report && t().atReport(report.number, problemWords(problem));
  };
  const named = problems.flatMap((problem) => ofReport(problem) ?? []);
  const rest = problems.filter((problem) => ofReport(problem) === undefined);

  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      {done && <Done {...done} />}
      {found.length === 0 ? (
        !done && <Notice icon="search" title={t().noResults} />
      ) : (
        <>
          <p role="status">
            {t().results(formatNumber(found.length), formatNumber(reports.length))} {hasMore && t().stillMore}
          </p>
          <div class="waive-columns">
            <Choice found={found} extent={extent} left={left} onLeft={setLeft} />
            <section class="card stack effect">
              <h2>{t().effect}</h2>
              {effect.entries === 0 ? (
                <p>{t().nothingChosen}</p>
              ) : (
                <EffectWords effect={effect} reports={new Set(chosen.map(({ number }) => number)).size} />
              )}
              <Field label={t().reason} hint={t().reasonHint} error={problemAt(rest, "reason")}>
                {(control) => (
                  <textarea
                    {...control}
                    class="input"
                    rows={3}
                    maxLength={2000}
                    value={reason}
                    onInput={({ currentTarget }) => setReason(currentTarget.value)}
                  />
                )}
              </Field>
              <ProblemList texts={[...named, ...otherProblems(rest, ["reason"])]} />
              {stopped !== undefined && <p>{t().stopped(formatNumber(stopped))}</p>}
              <div>
                <button class="button" disabled={progress !== undefined || effect.entries === 0}>
                  {progress === undefined
                    ? t().waive(formatNumber(effect.entries))
                    : t().waiving(formatNumber(progress), formatNumber(effect.entries))}
                </button>
              </div>
            </section>
          </div>
        </>
      )}
    </form>
  );
}

/** What was waived, and where everybody can read it. */
function Done({ waived, units }: { waived: number; units: Effect["units"] }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="card stack">
      <h2 ref={heading} tabIndex={-1}>
        <Icon name="check_circle" /> {t().done(formatNumber(waived))}
      </h2>
      <p>
        {t().donePublic}{" "}
        {units.map(({ id, name }, index) => (
          <span key={id}>
            {index > 0 && ", "}
            <a href={`/meja/nilai?${new URLSearchParams({ unit: id })}`}>{name}</a>
          </span>
        ))}
      </p>
    </section>
  );
}

/** The units of a waiver that are named; the others are counted. */
const NAMED = 8;

function EffectWords({ effect: { entries, givenBack, taken, units }, reports }: { effect: Effect; reports: number }) {
  return (
    <>
      <p>
        <strong>{t().effectReports(formatNumber(reports), formatNumber(entries))}</strong>
        {givenBack > 0 && ` · ${t().effectBack(formatNumber(givenBack))}`}
        {taken > 0 && ` · ${t().effectTaken(formatNumber(taken))}`}
      </p>
      <ul class="row small">
        {units.slice(0, NAMED).map(({ id, name, change }) => (
          <li key={id} class="tag">
            {t().unitChange(name, formatSigned(change))}
          </li>
        ))}
        {units.length > NAMED && <li>{t().andOthers(formatNumber(units.length - NAMED))}</li>}
      </ul>
    </>
  );
}

interface ChoiceProps {
  found: readonly ScoredReport[];
  extent: Extent;
  /** The ids of those that are left out. */
  left: ReadonlySet<string>;
  onLeft: (left: ReadonlySet<string>) => void;
}

/** The reports with the entries that a waiver takes back. All are chosen at first. */
function Choice({ found, extent, left, onLeft }: ChoiceProps) {
  const isAll = found.every(({ id }) => !left.has(id));
  const turn = (id: string) => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    onLeft(next);
  };
  return (
    <div class="card flush">
      <label class="check choose-all">
        <input
          type="checkbox"
          checked={isAll}
          onChange={() => onLeft(isAll ? new Set(found.map(({ id }) => id)) : new Set())}
        />
        <strong>{t().chooseAll}</strong>
      </label>
      <table class="table as-cards">
        <caption class="visually-hidden">{t().resultsCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{t().choose}</th>
            <th scope="col">{t().report}</th>
            <th scope="col">{t().received}</th>
            <th scope="col">{t().where}</th>
            <th scope="col">{t().entries}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((report) => (
            <tr key={report.id}>
              <td data-label={t().choose}>
                <input
                  type="checkbox"
                  class="tick"
                  aria-label={t().chooseOne(report.number)}
                  checked={!left.has(report.id)}
                  onChange={() => turn(report.id)}
                />
              </td>
              <td>
                <a href={`/laporan/${report.number}`}>
                  <span class="number small">{report.number}</span> {report.title}
                </a>
                <span class="muted small where">{report.category.name}</span>
              </td>
              <td class="nowrap small" data-label={t().received}>
                {formatShortMoment(report.submittedAt)}
              </td>
              <td data-label={t().where}>{report.kelurahan.name}</td>
              <td class="small">
                <ul>
                  {standing(report, extent).map(({ id, rule, points, unit }) => (
                    <li key={id}>{t().entry(ruleWords(rule), formatSigned(points), unit.name)}</li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
