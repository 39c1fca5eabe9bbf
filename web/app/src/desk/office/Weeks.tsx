import { scaleLinear, scalePoint } from "d3-scale";
import { line } from "d3-shape";
import { useLoad } from "../../api/hooks";
import { formatNumber, formatRatio, formatShortDay } from "../../texts/format";
import { Skeletons } from "../../ui/parts";
import { UNIT_WEEKS, type Week } from "./documents";
import { mondays } from "./periods";
import { t } from "./texts";

const SIZE = { width: 720, height: 200, left: 44, right: 12, top: 12, bottom: 28 } as const;
const SERIES = ["respondedOnTime", "processedOnTime"] as const;
type Series = (typeof SERIES)[number];

const NAMES = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10", "w11"] as const;

type WeekOf = Week & { monday: string };

/** How much of the work was on time in the last twelve weeks: two lines, and the numbers as a table. */
export function Weeks({ id, name, today }: { id: string; name: string; today: string }) {
  const days = mondays(today, NAMES.length);
  const variables = Object.fromEntries(NAMES.map((each, index) => [each, days[index]]));
  const { data, failed } = useLoad(UNIT_WEEKS, { id, ...(variables as Record<(typeof NAMES)[number], string>) });
  if (failed) return null; // the numbers above have said what is wrong
  const node = data?.node;
  const weeks = node && "w0" in node ? NAMES.map((each, index) => ({ ...node[each], monday: days[index] ?? "" })) : [];
  const isEmpty = weeks.every((week) => SERIES.every((series) => week[series] === null));
  return (
    <section class="card stack">
      <div class="spread">
        <h2>{t().weeks}</h2>
        <ul class="row small legend">
          {SERIES.map((series) => (
            <li key={series} data-series={series}>
              {t()[series]}
            </li>
          ))}
        </ul>
      </div>
      {!data ? (
        <Skeletons count={1} height="12rem" />
      ) : isEmpty ? (
        <p class="muted">{t().noWeeks}</p>
      ) : (
        <>
          <Chart weeks={weeks} label={t().weeksLabel(name)} />
          <details>
            <summary>{t().weeksCaption}</summary>
            <Table weeks={weeks} />
          </details>
        </>
      )}
    </section>
  );
}

function Chart({ weeks, label }: { weeks: readonly WeekOf[]; label: string }) {
  const x = scalePoint(
    weeks.map(({ monday }) => monday),
    [SIZE.left, SIZE.width - SIZE.right],
  ).padding(0.3);
  const y = scaleLinear([0, 1], [SIZE.height - SIZE.bottom, SIZE.top]);
  return (
    <svg class="weeks" viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-label={label}>
      {[0, 0.5, 1].map((tick) => (
        <g key={tick} class="tick">
          <line x1={SIZE.left} x2={SIZE.width - SIZE.right} y1={y(tick)} y2={y(tick)} />
          <text x={SIZE.left - 8} y={y(tick)} dy="0.32em" text-anchor="end">
            {formatRatio(tick)}
          </text>
        </g>
      ))}
      {weeks.map(({ monday }, index) => (
        <text
          key={monday}
          class="week"
          data-odd={index % 2 === 0}
          x={x(monday)}
          y={SIZE.height - 8}
          text-anchor="middle"
        >
          {formatShortDay(monday)}
        </text>
      ))}
      {SERIES.map((series) => (
        <Line key={series} weeks={weeks} series={series} x={(week) => x(week.monday) ?? 0} y={y} />
      ))}
    </svg>
  );
}

interface LineProps {
  weeks: readonly WeekOf[];
  series: Series;
  x: (week: WeekOf) => number;
  y: (value: number) => number;
}

/** A line with a gap where a week has nothing to count. */
function Line({ weeks, series, x, y }: LineProps) {
  const path = line<WeekOf>()
    .defined((week) => week[series] !== null)
    .x(x)
    .y((week) => y(week[series] ?? 0));
  return (
    <g class="series" data-series={series}>
      <path d={path(weeks) ?? ""} />
      {weeks.map((week) =>
        week[series] === null ? null : (
          <circle key={week.monday} cx={x(week)} cy={y(week[series])} r="4">
            <title>{`${formatShortDay(week.monday)}: ${formatRatio(week[series])}`}</title>
          </circle>
        ),
      )}
    </g>
  );
}

function Table({ weeks }: { weeks: readonly WeekOf[] }) {
  return (
    <table class="table as-cards">
      <caption class="visually-hidden">{t().weeksCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{t().week}</th>
          <th scope="col" class="end">
            {t().received}
          </th>
          {SERIES.map((series) => (
            <th key={series} scope="col" class="end">
              {t()[series]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.monday}>
            <th scope="row">{formatShortDay(week.monday)}</th>
            <td class="end number" data-label={t().received}>
              {formatNumber(week.received)}
            </td>
            {SERIES.map((series) => (
              <td key={series} class="end number" data-label={t()[series]}>
                {week[series] === null ? t().nothing : formatRatio(week[series])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
