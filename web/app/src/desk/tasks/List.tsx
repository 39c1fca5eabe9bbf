import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatMoment, formatNumber } from "../../texts/format";
import { statusWords } from "../../texts/words";
import { CategoryIcon, Icon } from "../../ui/Icon";
import { StatusMark } from "../../ui/marks";
import { Failed, minute, Notice, Skeletons } from "../../ui/parts";
import type { Row } from "./documents";
import { dueWords, isAnswerLate, isOverdue, urgency } from "./due";
import { useWork } from "./state";
import { t } from "./texts";
import { useVirtual } from "./useVirtual";

/** Pixels of a row: work.css has the same. */
const HEIGHT = 88;

/** The rows of the tab. The list has the focus, and says which of its rows is the active one. */
export function List() {
  const work = useWork();
  const element = useRef<HTMLDivElement>(null);
  const rows = work.view.value;
  const cursor = work.cursor.value;
  const index = rows.findIndex(({ id }) => id === cursor);
  const virtual = useVirtual(element, rows.length, HEIGHT);
  const before = useRef({ cursor, index });
  useLayoutEffect(() => {
    const last = before.current;
    before.current = { cursor, index };
    if (index < 0 || !element.current) return;
    // Rows have come or gone above: what is being read stays where it is.
    if (last.cursor === cursor && last.index >= 0) element.current.scrollTop += (index - last.index) * HEIGHT;
    else virtual.scrollToIndex(index, { align: "auto" });
  }, [cursor, index]);
  useEffect(() => element.current?.focus({ preventScroll: true }), []);

  const state = work.list.value.state.value;
  if (state === "failed") return <Failed again={() => work.again()} />;
  if (state === "loading") return <Skeletons count={8} height="5rem" />;
  return (
    <>
      {rows.length === 0 && <Empty />}
      <div
        ref={element}
        class="work-list"
        role="listbox"
        id="work-list"
        tabIndex={0}
        aria-multiselectable="true"
        aria-label={t().list(t().tab[work.tab.value])}
        {...(index >= 0 && { "aria-activedescendant": `row-${cursor}` })}
        hidden={rows.length === 0}
      >
        <div class="work-rows" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index: each, start }) => {
            const row = rows[each];
            return row && <Line key={row.id} row={row} index={each} count={rows.length} start={start} />;
          })}
        </div>
      </div>
      <Foot />
    </>
  );
}

function Line({ row, index, count, start }: { row: Row; index: number; count: number; start: number }) {
  const work = useWork();
  const isCursor = work.cursor.value === row.id;
  const isChosen = work.chosen.value.has(row.id);
  const onClick = (event: MouseEvent) => {
    if (event.shiftKey) work.chooseTo(row.id);
    else if (event.ctrlKey || event.metaKey || (event.target as Element).closest("[data-choose]")) work.toggle(row.id);
    else {
      work.goTo(row.id);
      work.isOpen.value = true;
    }
  };
  return (
    <div
      id={`row-${row.id}`}
      class="work-row"
      role="option"
      aria-selected={isChosen}
      aria-posinset={index + 1}
      aria-setsize={count}
      data-cursor={isCursor}
      data-chosen={isChosen}
      style={{ transform: `translateY(${start}px)` }}
      onClick={onClick}
    >
      <span class="work-choose" data-choose title={t().choose}>
        {isChosen ? (
          <Icon name="check_circle" />
        ) : (
          <CategoryIcon icon={row.category.icon} colour={row.category.colour} />
        )}
      </span>
      <span class="work-words">
        <span class="work-title">
          <StatusMark status={row.status} />
          <span class="visually-hidden">{statusWords(row.status)}.</span>
          <span class="clip">{row.title}</span>
        </span>
        <span class="work-where muted small">
          <span class="clip">
            {row.category.name} · {row.kelurahan.name}
          </span>
          <Count icon="thumb_up" count={row.supportCount} words={t().supporters(row.supportCount)} />
          <Count icon="chat" count={row.commentCount} words={t().comments(row.commentCount)} />
        </span>
        <span class="work-state small">
          <Due row={row} />
          {isCursor && work.hasLeft.value && !work.acted.has(row.id) && (
            <span class="work-colleague">
              <Icon name="group" />
              {t().byColleague}
            </span>
          )}
        </span>
      </span>
    </div>
  );
}

function Count({ icon, count, words }: { icon: string; count: number; words: string }) {
  if (count === 0) return null;
  return (
    <span class="work-count">
      <Icon name={icon} />
      <span aria-hidden="true" class="number">
        {formatNumber(count)}
      </span>
      <span class="visually-hidden">, {words}</span>
    </span>
  );
}

/** The time that is left, which moves on with the clock. Late is a mark and words, not a colour alone. */
function Due({ row }: { row: Row }) {
  const at = minute.value;
  if (row.status === "PROCESSED") {
    return <span class="muted">{row.processedAt && formatMoment(row.processedAt)}</span>;
  }
  const late = isOverdue(row, at);
  const isUnanswered = row.respondedAt === null;
  return (
    <>
      <span class="work-due" data-urgency={urgency(row.handlerDueAt, at)} title={formatMoment(row.handlerDueAt)}>
        <Icon name={urgency(row.handlerDueAt, at) === "late" ? "error" : "timer"} />
        {dueWords(row.handlerDueAt, at)}
      </span>
      {isUnanswered && (
        <span class="work-answer muted" title={formatMoment(row.responseDueAt)}>
          {isAnswerLate(row, at) ? <strong>{t().answerLate}</strong> : t().answer(dueWords(row.responseDueAt, at))}
        </span>
      )}
      {late && !isUnanswered && urgency(row.handlerDueAt, at) !== "late" && <strong>{t().late}</strong>}
    </>
  );
}

function Empty() {
  const work = useWork();
  const isNarrowed = work.text.value !== "" || work.category.value !== "" || work.kelurahan.value !== "";
  if (!isNarrowed) return <Notice icon="check_circle" title={t().empty[work.tab.value]} />;
  const clear = () =>
    work.narrow(() => {
      work.text.value = "";
      work.category.value = "";
      work.kelurahan.value = "";
    });
  return (
    <Notice icon="search" title={t().noMatch}>
      <button type="button" class="button quiet" onClick={clear}>
        {t().clearFilters}
      </button>
    </Notice>
  );
}

/** How much of the list is here, where one stands in it, and what is selected. */
function Foot() {
  const work = useWork();
  const rows = work.view.value;
  const index = rows.findIndex(({ id }) => id === work.cursor.value);
  const list = work.list.value;
  const loaded = formatNumber(list.rows.value.length);
  const [said, setSaid] = useState("");
  const chosen = work.chosen.value.size;
  useEffect(() => setSaid(chosen > 0 ? t().chosen(formatNumber(chosen)) : ""), [chosen]);
  return (
    <p class="work-foot small muted">
      <span class="number">{rows.length > 0 && t().position(formatNumber(index + 1), formatNumber(rows.length))}</span>
      {list.state.value === "filling" && <span>{t().filling(loaded)}</span>}
      {list.state.value === "cut" && <span>{t().cut(loaded)}</span>}
      <span role="status" class="visually-hidden">
        {said}
      </span>
    </p>
  );
}
