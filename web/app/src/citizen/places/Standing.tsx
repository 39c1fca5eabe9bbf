import { formatNumber } from "../../texts/format";
import { BandBadge } from "../../ui/marks";
import type { Kelurahan } from "./PlacePage";
import { t } from "./texts";

/** Its band, what the band means, and the numbers that it rests on. The rank is small: mostly it is chance. */
export function Standing({ kelurahan }: { kelurahan: Kelurahan }) {
  const { band, rank } = kelurahan.standing;
  return (
    <section class="card stack">
      <h2>{t().standing}</h2>
      <div class="place-band">
        <BandBadge band={band} />
        {rank !== null && <span class="small muted number">{t().rank(rank)}</span>}
      </div>
      <p>{t().means[band ?? "none"]}</p>
      <h3>{t().restsOn}</h3>
      <dl class="place-numbers">
        {numbersOf(kelurahan).map(([label, value, basis]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class={value === null ? "muted" : "number"}>
              {value ?? t().unknown}
              {value !== null && basis && <span class="small muted"> {basis}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Labels, values (null: nothing to count yet) and what a value rests on. */
function numbersOf({ standing }: Kelurahan): [string, string | null, string?][] {
  const { points, responsiveness, scorecard } = standing;
  if (!scorecard) return [];
  const { respondedOnTime, processedOnTime, satisfaction, medianResponseMinutes } = scorecard;
  const or = (value: number | null, words: (value: number) => string) => (value === null ? null : words(value));
  return [
    [t().onTimeAnswers, or(respondedOnTime, t().ratio), t().ofReports(scorecard.decidedAnswers)],
    [t().onTimeFixes, or(processedOnTime, t().ratio), t().ofReports(scorecard.decidedFixes)],
    // From 0 for one star to 1 for five.
    [t().satisfaction, or(satisfaction, (ratio) => t().stars(1 + 4 * ratio)), t().ofRatings(scorecard.ratings)],
    [t().median, or(medianResponseMinutes, t().minutes)],
    [t().received, formatNumber(scorecard.received)],
    [t().responded, formatNumber(scorecard.responded)],
    [t().processed, formatNumber(scorecard.processed)],
    [t().reopened, formatNumber(scorecard.reopened)],
    [t().overdue, formatNumber(scorecard.overdue)],
    [t().score, or(responsiveness, t().scoreOf)],
    [t().points, formatNumber(points)],
  ];
}
