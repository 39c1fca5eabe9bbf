import { useMemo, useRef, useState } from "preact/hooks";
import type { EnumOf, ResultOf } from "../../api/graphql";
import { useCalmly, useEvents, useLoad } from "../../api/hooks";
import { BandBadge } from "../../ui/marks";
import { Failed, Skeletons } from "../../ui/parts";
import { useGliding } from "../ReportLines";
import { BOARD, BOARD_CHANGED } from "./documents";
import { BANDS, groupByBand, matches } from "./groups";
import { t } from "./texts";

type Row = NonNullable<ResultOf<typeof BOARD>["leaderboard"]>["standings"]["edges"][number]["node"];

/** A band depends on all offices: those of rows that did not change are loaded again, once in these milliseconds. */
const BANDS_CALM = 60_000;
/** Rows of a group that show at first: most offices are average. */
const FIRST = 15;

interface BoardProps {
  kind: EnumOf<"BoardKind">;
  period: EnumOf<"Period">;
  search: string;
}

/** A live board in the groups of its bands. */
export function Board({ kind, period, search }: BoardProps) {
  const { data, failed, reload } = useLoad(BOARD, { kind, period });
  const reloadCalmly = useCalmly(reload, BANDS_CALM);
  const began = useRef<string | null>(undefined);
  useEvents(BOARD_CHANGED, { kind, period }, ({ leaderboardChanged: { startsAt } }) => {
    if (began.current === startsAt) reloadCalmly();
    else if (began.current !== undefined) reload(); // another period, whose rows are other ones
    began.current = startsAt;
  });
  const groups = useMemo(() => {
    const rows = data?.leaderboard?.standings.edges.map(({ node }) => node) ?? [];
    return groupByBand(
      search ? rows.filter(({ subject }) => "name" in subject && matches(subject.name, search)) : rows,
    );
  }, [data, search]);
  if (failed) return <Failed again={reload} />;
  if (!data) return <Skeletons count={8} height="3.75rem" />;
  const found = [...groups.values()].reduce((sum, rows) => sum + rows.length, 0);
  return (
    <>
      <p class={found > 0 ? "visually-hidden" : "muted"} role="status">
        {search && (found > 0 ? t().count(found) : t().noMatch)}
      </p>
      {BANDS.map((band) => {
        const rows = groups.get(band) ?? [];
        const isShown = rows.length > 0 || (band !== null && !search);
        return isShown && <Group key={band} band={band} rows={rows} />;
      })}
    </>
  );
}

function Group({ band, rows }: { band: EnumOf<"Band"> | null; rows: readonly Row[] }) {
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const shown = all ? rows : rows.slice(0, FIRST);
  useGliding(list, shown.map(({ id }) => id).join());
  return (
    <section class="board-group">
      <h2>
        <BandBadge band={band} />
        <span class="small muted number">{t().count(rows.length)}</span>
      </h2>
      {rows.length === 0 && <p class="muted">{t().empty}</p>}
      <ol class="board-rows" ref={list}>
        {shown.map((row) => (
          <li key={row.id} data-key={row.id}>
            <BoardRow row={row} />
          </li>
        ))}
      </ol>
      {shown.length < rows.length && (
        <button type="button" class="button quiet wide" onClick={() => setAll(true)}>
          {t().showAll(rows.length)}
        </button>
      )}
    </section>
  );
}

function BoardRow({ row: { subject, rank, responsiveness, points } }: { row: Row }) {
  if (subject.__typename !== "Kelurahan" && subject.__typename !== "Agency") return null; // of other boards
  const isKelurahan = subject.__typename === "Kelurahan";
  const content = (
    <>
      <span class="rank number small muted">
        <span class="visually-hidden">{rank === null ? t().unranked : t().rank(rank)}</span>
        <span aria-hidden="true">{rank ?? "–"}</span>
      </span>
      <span class="who">
        <strong class="clip">{subject.name}</strong>
        {isKelurahan && <span class="small muted clip">{subject.kecamatan.name}</span>}
      </span>
      <span class="score number">
        {responsiveness !== null && <strong>{t().score(responsiveness)}</strong>}
        <span class="small muted">{t().pointsOf(points)}</span>
      </span>
    </>
  );
  if (!isKelurahan) return <div class="board-row">{content}</div>;
  return (
    <a class="board-row" href={`/kelurahan/${subject.code}`}>
      {content}
    </a>
  );
}
