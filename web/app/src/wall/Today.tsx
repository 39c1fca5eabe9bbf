import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { formatNumber, formatRatio, formatShortWeekday, formatTime } from "../texts/format";
import { DAYS, type Wall } from "./engine";
import { seriesOf, type Numbers } from "./state";
import { t } from "./texts";

const NAMES = ["received", "responded", "processed", "open", "overdue"] as const;

/** The numbers of today, each with what it is compared with in words, and its last thirty days. */
export function Today({ wall }: { wall: Wall }) {
  return (
    <section class="today" aria-label={t().today}>
      {NAMES.map((name) => (
        <Figure key={name} wall={wall} name={name} />
      ))}
    </section>
  );
}

function Figure({ wall, name }: { wall: Wall; name: keyof Numbers }) {
  const numbers = wall.numbers.value;
  const isOfDay = name !== "open" && name !== "overdue";
  const values = seriesOf(wall.history.value, name, wall.day.value, DAYS);
  return (
    <div class="panel figure">
      <h2>{t()[name]}</h2>
      <p class="value number" data-figure={name}>
        {numbers ? formatNumber(numbers[name]) : "–"}
      </p>
      <p class="compared">{numbers ? comparison(wall, name, numbers) : " "}</p>
      <Sparkline values={values} label={isOfDay ? t().byDay : t().bySubmission} />
    </div>
  );
}

function comparison(wall: Wall, name: keyof Numbers, numbers: Numbers): string {
  if (name === "open") return t().openHint;
  if (name === "overdue") return numbers.open === 0 ? "" : t().overdueHint(formatRatio(numbers.overdue / numbers.open));
  const before = wall.before.value;
  if (!before) return " ";
  const day = formatShortWeekday(before.until);
  if (name === "responded") return t().wholeDay(day, formatNumber(before.respondedAllDay));
  const difference = numbers[name] - before[name];
  const until = formatTime(before.until);
  if (difference === 0) return t().same(day, until, formatNumber(before[name]));
  const signed = `${difference > 0 ? "+" : "−"}${formatNumber(Math.abs(difference))}`;
  return t().compared(signed, day, until, formatNumber(before[name]));
}

const WIDTH = 100;
const HEIGHT = 24;

function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const x = scaleLinear([0, values.length - 1], [0, WIDTH]);
  const y = scaleLinear([0, Math.max(1, ...values)], [HEIGHT - 1, 1]);
  const points = values.map((value, index) => [x(index), y(value)] as [number, number]);
  return (
    <figure class="sparkline">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="ground" d={area().y0(HEIGHT)(points) ?? ""} />
        <path class="line" d={line()(points) ?? ""} />
      </svg>
      <figcaption>{label}</figcaption>
    </figure>
  );
}
