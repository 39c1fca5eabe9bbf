import { useLayoutEffect, useRef } from "preact/hooks";
import { formatMonth, formatNumber, formatScore, formatTime } from "../texts/format";
import { BandMark } from "../ui/marks";
import type { Wall } from "./engine";
import { biggestMoves, rowsOf, type Move, type Row } from "./state";
import { t } from "./texts";

const ROWS = 12;
const MOVES = 4;

/** The ranking of the month, whose rows move to their new places, and the biggest moves. */
export function Ranking({ wall }: { wall: Wall }) {
  const board = wall.board.value;
  const metric = wall.metric.value;
  const isFair = metric === "RESPONSIVENESS";
  const rows = board ? rowsOf(board, metric, ROWS) : [];
  const month = formatMonth(`${wall.day.value}T12:00:00+07:00`);
  return (
    <>
      <section class="panel ranking" aria-label={isFair ? t().board(month) : t().boardPoints(month)}>
        <h2>{isFair ? t().board(month) : t().boardPoints(month)}</h2>
        <p class="hint">{isFair ? t().boardHint : t().boardPointsHint}</p>
        {board && rows.length === 0 ? (
          <p class="empty">{t().boardEmpty}</p>
        ) : (
          <Rows rows={rows} moves={board?.moves ?? new Map()} isFair={isFair} />
        )}
      </section>
      <section class="panel moves" aria-label={t().moves(formatTime(wall.movesSince.value))}>
        <h2>{t().moves(formatTime(wall.movesSince.value))}</h2>
        <Moves moves={board ? biggestMoves(board, MOVES) : []} />
      </section>
    </>
  );
}

function Rows({ rows, moves, isFair }: { rows: readonly Row[]; moves: ReadonlyMap<string, Move>; isFair: boolean }) {
  const list = useRef<HTMLOListElement>(null);
  useMoves(
    list,
    rows.map(({ code }) => code),
  );
  return (
    <ol ref={list}>
      {rows.map((row) => {
        const move = moves.get(row.code);
        return (
          <li key={row.code} data-code={row.code}>
            <span class="rank number">
              <span class="visually-hidden">{t().rank(row.rank)}</span>
              <span aria-hidden="true">{row.rank}</span>
            </span>
            <BandMark band={row.band} />
            <span class="clip name">{row.name}</span>
            {move && <Shift move={move} />}
            <span class="score number">
              {isFair && row.responsiveness !== null ? formatScore(row.responsiveness) : formatNumber(row.points)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** From which place to which: a triangle with the places, and words for those who do not see it. */
function Shift({ move: { from, to } }: { move: Move }) {
  return (
    <span class="shift number" data-up={to < from}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={to < from ? "M8 3l6 10H2z" : "M8 13L2 3h12z"} fill="currentColor" />
      </svg>
      <span aria-hidden="true">
        {from} → {to}
      </span>
      <span class="visually-hidden">{to < from ? t().up(from, to) : t().down(from, to)}</span>
    </span>
  );
}

function Moves({ moves }: { moves: readonly Move[] }) {
  if (moves.length === 0) return <p class="empty">{t().noMoves}</p>;
  return (
    <ul>
      {moves.map((move) => (
        <li key={move.code}>
          <span class="clip name">{move.name}</span>
          <Shift move={move} />
        </li>
      ))}
    </ul>
  );
}

const MILLISECONDS = 900;
const EASING = "cubic-bezier(.3, .1, .2, 1)";

/** Let the rows of a list slide from where they were to where they are now (FLIP): only by transforms. */
function useMoves(list: { current: HTMLOListElement | null }, codes: readonly string[]): void {
  const before = useRef<readonly string[]>([]);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = codes;
    const rows = [...(list.current?.children ?? [])] as HTMLElement[];
    if (old.length === 0 || rows.length === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const height = rows[0]?.offsetHeight ?? 0;
    rows.forEach((row, index) => {
      const from = old.indexOf(codes[index] ?? "");
      if (from === index) return;
      const start =
        from < 0
          ? { opacity: 0, transform: `translateY(${height}px)` }
          : { opacity: 1, transform: `translateY(${(from - index) * height}px)` };
      row.animate([start, { opacity: 1, transform: "none" }], { duration: MILLISECONDS, easing: EASING });
    });
  }, [codes.join()]);
}
