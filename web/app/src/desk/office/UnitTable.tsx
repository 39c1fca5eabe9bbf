import { useMemo, useState } from "preact/hooks";
import { useEvents } from "../../api/hooks";
import { formatNumber, formatRatio } from "../../texts/format";
import { Icon } from "../../ui/Icon";
import { BandBadge } from "../../ui/marks";
import { sorted, type Attention, type Order } from "./attention";
import { IN_HANDS, type UnitRow } from "./documents";
import type { Unit } from "./roles";
import { t } from "./texts";

interface Row extends Attention {
  id: string;
  where: string | undefined;
  decidedAnswers: number;
  decidedFixes: number;
  processedOnTime: number | null;
}

interface Counts {
  open: number;
  overdue: number;
}

const NOTHING: Counts = { open: 0, overdue: 0 };

const COLUMNS: readonly { order: Order; words: () => string }[] = [
  { order: "open", words: () => t().open },
  { order: "overdue", words: () => t().late },
  { order: "respondedOnTime", words: () => t().respondedOnTime },
  { order: "processedOnTime", words: () => t().processedOnTime },
  { order: "responsiveness", words: () => t().responsiveness },
];

/** Units as a table, with the reports in their hands live. A row leads to the ledger of its unit. */
export function UnitTable({ rows, area }: { rows: readonly UnitRow[]; area: Unit | undefined }) {
  const [order, setOrder] = useState<Order>("attention");
  const [find, setFind] = useState("");
  const counts = useInHands(area);
  const units = useMemo(() => rows.flatMap((row) => rowOf(row, counts)), [rows, counts]);
  const shown = sorted(units, order).filter(({ name, where }) =>
    `${name} ${where ?? ""}`.toLowerCase().includes(find.trim().toLowerCase()),
  );
  const total = (key: keyof Counts) => formatNumber(shown.reduce((sum, unit) => sum + (unit[key] ?? 0), 0));
  return (
    <>
      <p class="muted">{t().unitsIntro}</p>
      <div class="spread">
        <p>
          <strong class="number" aria-live="polite">
            {counts ? t().totals(total("open"), total("overdue")) : "…"}
          </strong>
        </p>
        <div class="row">
          {rows.length > 10 && (
            <input
              type="search"
              class="input narrow-input"
              placeholder={t().find}
              aria-label={t().find}
              value={find}
              onInput={({ currentTarget }) => setFind(currentTarget.value)}
            />
          )}
          <label class="row small">
            {t().sortBy}
            <select
              class="input narrow-input"
              value={order}
              onChange={({ currentTarget }) => setOrder(currentTarget.value as Order)}
            >
              <option value="attention">{t().attention}</option>
              <option value="name">{t().unit}</option>
              {COLUMNS.map(({ order: each, words }) => (
                <option key={each} value={each}>
                  {words()}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
      {shown.length === 0 ? (
        <p class="muted">{t().noUnits}</p>
      ) : (
        <div class="card flush">
          <table class="table as-cards units">
            <caption class="visually-hidden">{t().unitsCaption}</caption>
            <thead>
              <tr>
                <Heading order="name" now={order} onOrder={setOrder} words={t().unit} />
                {COLUMNS.map(({ order: each, words }) => (
                  <Heading key={each} order={each} now={order} onOrder={setOrder} words={words()} isNumber />
                ))}
                <Heading order="attention" now={order} onOrder={setOrder} words={t().band} />
              </tr>
            </thead>
            <tbody>
              {shown.map((unit) => (
                <UnitLine key={unit.id} unit={unit} isOneKecamatan={area?.__typename === "Kecamatan"} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** The reports in the hands of each unit, by its id: live. Undefined until they are known. */
function useInHands(area: Unit | undefined): ReadonlyMap<string, Counts> | undefined {
  const [counts, setCounts] = useState<ReadonlyMap<string, Counts>>();
  useEvents(IN_HANDS, { filter: filterOf(area) ?? null }, ({ reportStatisticsChanged }) =>
    setCounts(new Map(reportStatisticsChanged.rows.flatMap((row) => (row.handler ? [[row.handler.id, row]] : [])))),
  );
  return counts;
}

/** The reports of an area. */
const filterOf = (area: Unit | undefined) =>
  area && (area.__typename === "Kecamatan" ? { kecamatan: [area.code] } : { city: [area.code] });

function rowOf(
  { subject, scorecard, band, responsiveness }: UnitRow,
  counts: ReadonlyMap<string, Counts> | undefined,
): Row[] {
  if (!("id" in subject) || scorecard === null) return [];
  const { respondedOnTime, processedOnTime, decidedAnswers, decidedFixes } = scorecard;
  const { open, overdue } = counts?.get(subject.id) ?? (counts ? NOTHING : { open: null, overdue: scorecard.overdue });
  const where = subject.__typename === "Kelurahan" ? subject.kecamatan.name : undefined;
  return [
    {
      ...{ id: subject.id, name: subject.name, where, band, responsiveness, open, overdue },
      ...{ respondedOnTime, processedOnTime, decidedAnswers, decidedFixes },
    },
  ];
}

interface HeadingProps {
  order: Order;
  now: Order;
  onOrder: (order: Order) => void;
  words: string;
  isNumber?: boolean;
}

function Heading({ order, now, onOrder, words, isNumber }: HeadingProps) {
  const isSorted = order === now;
  return (
    <th scope="col" class={isNumber ? "end" : ""} {...(isSorted && { "aria-sort": "descending" as const })}>
      <button type="button" class="sort" onClick={() => onOrder(order)}>
        {words}
        {isSorted && <Icon name="arrow_downward" />}
      </button>
    </th>
  );
}

function UnitLine({ unit, isOneKecamatan }: { unit: Row; isOneKecamatan: boolean }) {
  const ratio = (value: number | null, decided: number) =>
    value === null ? (
      <span class="muted">{t().nothing}</span>
    ) : (
      <>
        {formatRatio(value)} <span class="muted small">{t().of(formatNumber(decided))}</span>
      </>
    );
  return (
    <tr>
      <th scope="row">
        <a href={`/meja/nilai?${new URLSearchParams({ unit: unit.id })}`}>{unit.name}</a>
        {unit.where && !isOneKecamatan && <span class="muted small where">{unit.where}</span>}
      </th>
      <td class="end number" data-label={t().open}>
        {unit.open === null ? "…" : formatNumber(unit.open)}
      </td>
      <td class="end number" data-label={t().late}>
        {unit.overdue > 0 ? <strong>{formatNumber(unit.overdue)}</strong> : <span class="muted">0</span>}
      </td>
      <td class="end number" data-label={t().respondedOnTime}>
        {ratio(unit.respondedOnTime, unit.decidedAnswers)}
      </td>
      <td class="end number" data-label={t().processedOnTime}>
        {ratio(unit.processedOnTime, unit.decidedFixes)}
      </td>
      <td class="end number" data-label={t().responsiveness}>
        {unit.responsiveness === null ? (
          <span class="muted">{t().nothing}</span>
        ) : (
          formatNumber(Math.round(unit.responsiveness))
        )}
      </td>
      <td data-label={t().band}>
        <BandBadge band={unit.band} />
      </td>
    </tr>
  );
}
