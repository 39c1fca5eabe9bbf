import { useRef, useState } from "preact/hooks";
import type { ResultOf } from "../../api/graphql";
import { useEvents, useLoad } from "../../api/hooks";
import { dayOf, formatNumber } from "../../texts/format";
import { minute } from "../../ui/parts";
import type { Filter } from "../useFeed";
import { TODAY, TODAY_CHANGED } from "./documents";
import { t } from "./texts";

type Numbers = ResultOf<typeof TODAY>["reportStatistics"]["rows"][number];

/** The numbers of today, which move as it happens. `onChange` is called with each change. */
export function Today({ filter, onChange }: { filter: Filter; onChange: () => void }) {
  const day = dayOf(minute.value); // another day begins at midnight in Jakarta
  const { data } = useLoad(TODAY, { filter, day });
  const [live, setLive] = useState<{ day: string; numbers: Numbers }>();
  const before = useRef<string>(undefined); // the first ones are the state at the beginning
  useEvents(TODAY_CHANGED, { filter, day }, ({ reportStatisticsChanged }) => {
    const [numbers] = reportStatisticsChanged.rows;
    if (numbers) setLive({ day, numbers });
    if (before.current !== undefined) onChange();
    before.current = reportStatisticsChanged.cursor;
  });
  const numbers = live?.day === day ? live.numbers : data?.reportStatistics.rows[0];
  return (
    <div class="today">
      <dl>
        <Figure label={t().received} value={numbers?.received} />
        <Figure label={t().responded} value={numbers?.responded} />
        <Figure label={t().processed} value={numbers?.processed} />
      </dl>
      <p class="small muted">{numbers ? t().open(numbers.open, numbers.overdue) : "\u00a0"}</p>
    </div>
  );
}

function Figure({ label, value }: { label: string; value: number | undefined }) {
  return (
    <div>
      <dt>{label}</dt>
      {/* Its key begins the animation again with each value. */}
      <dd key={value} class="number">
        {value === undefined ? "–" : formatNumber(value)}
      </dd>
    </div>
  );
}
