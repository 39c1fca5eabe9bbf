import { useLocation } from "preact-iso";
import { now } from "../../api/clock";
import type { ResultOf } from "../../api/graphql";
import { useLoad } from "../../api/hooks";
import {
  dayOf,
  formatDay,
  formatMinutes,
  formatMonth,
  formatNumber,
  formatRatio,
  formatScore,
  formatSigned,
} from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { BandBadge } from "../../ui/marks";
import { Failed, Notice, Skeletons } from "../../ui/parts";
import { Ledger } from "./Ledger";
import { PLACES_ON_BOARDS, UNIT_SCORE, type Numbers, type PlacesOnBoard } from "./documents";
import { firstDay, lastDay, PERIODS, shift, type Period } from "./periods";
import { t } from "./texts";
import { Weeks } from "./Weeks";

type ScoredUnit = Extract<NonNullable<ResultOf<typeof UNIT_SCORE>["node"]>, { name: unknown }>;

/** The numbers of a unit in a period, and the entries of its ledger that explain them. */
export function Score({ id }: { id: string }) {
  const { query, route } = useLocation();
  const today = dayOf(now());
  const period = PERIODS.find((each) => each === query["periode"]) ?? "MONTH";
  const on = firstDay(/^\d{4}-\d\d-\d\d$/.test(query["hari"] ?? "") ? query["hari"]! : today, period);
  const show = (next: Period, day: string) =>
    route(`/meja/nilai?${new URLSearchParams({ unit: id, periode: next, hari: day })}`, true);

  const { data, failed, loading, reload } = useLoad(UNIT_SCORE, { id, period, on, before: shift(on, period, -1) });
  const unit = data?.node;
  if (failed) return <Failed again={reload} />;
  if (!data) return <Skeletons count={5} height="7rem" />;
  if (!unit || !("name" in unit)) return <Notice icon="search" title={t().notFound} />;
  const isExternal = unit.__typename === "Agency" && unit.kind === "EXTERNAL";
  return (
    <>
      <div class="spread">
        <div>
          <h1>{unit.name}</h1>
          <p class="muted">{whereWords(unit)}</p>
        </div>
        <PeriodChoice period={period} on={on} today={today} onChange={show} />
      </div>
      {isExternal ? (
        <Notice icon="info" title={t().external} />
      ) : (
        <div class="stack" aria-busy={loading}>
          <Place unit={unit} period={period} on={on} />
          <div class="score-columns">
            <Ratios now={unit.now} before={unit.before} />
            <Counts numbers={unit.now} isOver={lastDay(on, period) < today} />
          </div>
          <Weeks id={id} name={unit.name} today={today} />
          <Ledger key={`${period} ${on}`} id={id} period={period} on={on} />
        </div>
      )}
    </>
  );
}

const whereWords = (unit: ScoredUnit): string =>
  unit.__typename === "Kelurahan"
    ? `${t().kelurahan} · Kecamatan ${unit.kecamatan.name} · ${unit.city.name}`
    : `${t().agency} · ${unit.code}`;

interface PeriodChoiceProps {
  period: Period;
  on: string;
  today: string;
  onChange: (period: Period, on: string) => void;
}

/** The kind of period, and arrows to the one before and after. */
function PeriodChoice({ period, on, today, onChange }: PeriodChoiceProps) {
  const next = shift(on, period, 1);
  return (
    <div class="period">
      <label>
        <span class="visually-hidden">{t().period}</span>
        <select
          class="input"
          value={period}
          onChange={({ currentTarget }) => onChange(currentTarget.value as Period, today)}
        >
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              {t().periods[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button quiet"
        aria-label={t().earlier}
        onClick={() => onChange(period, shift(on, period, -1))}
      >
        <Icon name="arrow_back" />
      </button>
      <p class="period-name" aria-live="polite">
        <strong>{periodWords(on, period)}</strong>
        {next > today && <span class="muted small">{t().running}</span>}
      </p>
      <button
        type="button"
        class="button quiet"
        aria-label={t().later}
        disabled={next > today}
        onClick={() => onChange(period, next)}
      >
        <Icon name="arrow_forward" />
      </button>
    </div>
  );
}

function periodWords(on: string, period: Period): string {
  const year = Number(on.slice(0, 4));
  switch (period) {
    case "DAY":
      return formatDay(on);
    case "WEEK":
      return `${formatDay(on)} – ${formatDay(lastDay(on, period))}`;
    case "MONTH":
      return formatMonth(on);
    case "QUARTER":
      return t().quarter((Number(on.slice(5, 7)) + 2) / 3, year);
    case "YEAR":
      return String(year);
  }
}

/** The place of a unit on both boards, and its band. */
function Place({ unit, period, on }: { unit: ScoredUnit; period: Period; on: string }) {
  const kind = unit.__typename === "Kelurahan" ? "KELURAHAN" : "AGENCY";
  const { data } = useLoad(PLACES_ON_BOARDS, { kind, period, on });
  const byPoints = placeOf(data?.byPoints, unit.id);
  const byResponsiveness = placeOf(data?.byResponsiveness, unit.id);
  const { now } = unit;
  return (
    <div class="tiles">
      <section class="card tile">
        <h2>{t().points}</h2>
        <p class="figure number">{byPoints.place ? formatNumber(byPoints.place.points) : "…"}</p>
        <p class="muted small">
          {byPoints.place?.rank
            ? t().rankOf(formatNumber(byPoints.place.rank), formatNumber(byPoints.ranked))
            : t().noRank}
          {byPoints.place?.previousRank != null && ` · ${t().rankBefore(formatNumber(byPoints.place.previousRank))}`}
        </p>
      </section>
      <section class="card tile">
        <h2>{t().responsiveness}</h2>
        <p class="figure number">
          {now.responsiveness === null ? t().nothing : formatNumber(Math.round(now.responsiveness))}
        </p>
        <p class="muted small">
          {now.responsiveness === null ? t().noResponsiveness : t().responsivenessOf(formatScore(now.responsiveness))}
          {byResponsiveness.place?.rank &&
            ` · ${t().rankOf(formatNumber(byResponsiveness.place.rank), formatNumber(byResponsiveness.ranked))}`}
        </p>
      </section>
      <section class="card tile">
        <h2>{t().band}</h2>
        <p class="figure-band">{byResponsiveness.place ? <BandBadge band={byResponsiveness.place.band} /> : "…"}</p>
        <p class="muted small">{t().bandRests(formatNumber(now.decidedAnswers), formatNumber(now.decidedFixes))}</p>
      </section>
    </div>
  );
}

function placeOf(board: PlacesOnBoard | null | undefined, id: string) {
  const places = board?.standings.edges.map(({ node }) => node) ?? [];
  return {
    place: places.find(({ subject }) => "id" in subject && subject.id === id),
    ranked: places.filter(({ rank }) => rank !== null).length,
  };
}

interface Row {
  name: string;
  now: number | null;
  before: number | null;
  rests: string;
  format: (value: number) => string;
  /** Whether less is better: of times. */
  isTime?: boolean;
}

function rowsOf(now: Numbers, before: Numbers): Row[] {
  const ratio = { format: formatRatio };
  const score = { format: (value: number) => formatNumber(Math.round(value * 10) / 10) };
  const time = { format: formatMinutes, isTime: true };
  const of = (key: { [Key in keyof Numbers]: Numbers[Key] extends number | null ? Key : never }[keyof Numbers]) => ({
    now: now[key],
    before: before[key],
  });
  return [
    {
      ...{ name: t().respondedOnTime, rests: t().restsAnswers(formatNumber(now.decidedAnswers)) },
      ...of("respondedOnTime"),
      ...ratio,
    },
    {
      ...{ name: t().processedOnTime, rests: t().restsFixes(formatNumber(now.decidedFixes)) },
      ...of("processedOnTime"),
      ...ratio,
    },
    {
      ...{ name: t().satisfaction, rests: t().restsRatings(formatNumber(now.ratings)) },
      ...of("satisfaction"),
      ...ratio,
    },
    { name: t().responsivenessRow, rests: t().restsAll, ...of("responsiveness"), ...score },
    {
      ...{ name: t().medianResponse, rests: t().restsResponded(formatNumber(now.responded)) },
      ...of("medianResponseMinutes"),
      ...time,
    },
    {
      ...{ name: t().medianProcessing, rests: t().restsProcessed(formatNumber(now.processed)) },
      ...of("medianProcessingMinutes"),
      ...time,
    },
  ];
}

/** The ratios and medians with what they rest on, against the period before. */
function Ratios({ now, before }: { now: Numbers; before: Numbers }) {
  return (
    <section class="card stack">
      <h2>{t().ratios}</h2>
      <table class="table as-cards">
        <caption class="visually-hidden">{t().ratiosCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{t().measure}</th>
            <th scope="col" class="end">
              {t().now}
            </th>
            <th scope="col">{t().restsOn}</th>
            <th scope="col" class="end">
              {t().before}
            </th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(now, before).map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td class="end number" data-label={t().now}>
                <strong>{row.now === null ? t().nothing : row.format(row.now)}</strong>
              </td>
              <td class="muted small" data-label={t().restsOn}>
                {row.rests}
              </td>
              <td class="end number" data-label={t().before}>
                {row.before === null ? t().nothing : row.format(row.before)} <Change row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Whether a number is better or worse than before: an arrow and a word for screen readers. */
function Change({ row: { now, before, format, isTime } }: { row: Row }) {
  if (now === null || before === null) return null;
  if (format(now) === format(before)) return <span class="muted small">({t().same})</span>;
  const isBetter = now > before !== Boolean(isTime);
  return (
    <span class="change" data-change={isBetter ? "better" : "worse"}>
      <Icon name={now > before ? "arrow_upward" : "arrow_downward"} />
      <span>{isBetter ? t().better : t().worse}</span>
    </span>
  );
}

/** The counts of the period. */
function Counts({ numbers, isOver }: { numbers: Numbers; isOver: boolean }) {
  const counts = [
    [t().received, formatNumber(numbers.received)],
    [t().responded, formatNumber(numbers.responded)],
    [t().processed, formatNumber(numbers.processed)],
    [isOver ? t().overduePast : t().overdue, formatNumber(numbers.overdue)],
    [t().reopened, formatNumber(numbers.reopened)],
    [t().dismissed, formatNumber(numbers.dismissed)],
    [t().handedOn, formatNumber(numbers.handedOn)],
    [t().withdrawn, formatNumber(numbers.withdrawn)],
    [t().waivedPoints, formatSigned(numbers.waivedPoints)],
  ] as const;
  return (
    <section class="card stack">
      <h2>{t().counts}</h2>
      <dl class="counts">
        {counts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
