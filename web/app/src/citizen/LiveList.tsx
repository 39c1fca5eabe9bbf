import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EnumOf } from "../api/graphql";
import { words } from "../texts/words";
import { Icon } from "../ui/Icon";
import { Failed, Skeletons } from "../ui/parts";
import { ReportLines } from "./ReportLines";
import { t } from "./texts";
import { useFeed, type Filter } from "./useFeed";
import "./LiveList.css";

const PAGE = 20;
const MOST = 100;

interface LiveListProps {
  title: string;
  /** The same object while it is the same list. A component with another filter has another key. */
  filter: Filter;
  orderBy: EnumOf<"ReportOrder">;
  /** What stands here when there is no report. */
  nothing: ComponentChildren;
  /** Something in the list has changed. */
  onChange?: () => void;
}

/** A live list of reports under a title. What comes while somebody reads waits behind a button. */
export function LiveList({ title, filter, orderBy, nothing, onChange }: LiveListProps) {
  const [first, setFirst] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  const top = useRef<HTMLElement>(null);
  const feed = useFeed(filter, orderBy, first, list);
  const state = [...feed.shown, ...feed.waiting].map(({ id, version }) => `${id} ${version}`).join();
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (!feed.loaded) return;
    if (before.current !== undefined && before.current !== state) onChange?.();
    before.current = state;
  }, [state, feed.loaded]);

  const showNew = () => {
    feed.release();
    top.current?.scrollIntoView();
  };
  return (
    <section class="live-list" ref={top}>
      <h2>{title}</h2>
      <div class="pill" role="status">
        {feed.waiting.length > 0 && (
          <button type="button" class="button" onClick={showNew}>
            <Icon name="arrow_upward" />
            {t().came(feed.waiting.length)}
          </button>
        )}
      </div>
      {feed.failed && <Failed again={feed.reload} />}
      {!feed.loaded && !feed.failed && <Skeletons count={6} height="6rem" />}
      {feed.loaded && feed.shown.length === 0 && nothing}
      <ReportLines lines={feed.shown} list={list} />
      {feed.hasMore && first < MOST && (
        <button type="button" class="button quiet wide" onClick={() => setFirst(first + PAGE)}>
          {words().more}
        </button>
      )}
    </section>
  );
}
