import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../texts/words";
import { CategoryIcon, Icon } from "../ui/Icon";
import { StatusBadge } from "../ui/marks";
import { Ago } from "../ui/parts";
import type { Happening } from "./documents";
import { answerTime } from "./promises";
import { t } from "./texts";
import "./ReportLines.css";

interface ReportLinesProps {
  lines: readonly Happening[];
  list?: RefObject<HTMLUListElement | null>;
}

/** A list of reports that leads to their pages. What comes slides in, and what moves glides to its place. */
export function ReportLines({ lines, list }: ReportLinesProps) {
  const own = useRef<HTMLUListElement>(null);
  const element = list ?? own;
  useGliding(element, lines.map(({ id }) => id).join());
  return (
    <ul class="report-lines" ref={element}>
      {lines.map((line) => (
        <li key={line.id} data-key={line.id}>
          <ReportLine line={line} />
        </li>
      ))}
    </ul>
  );
}

function ReportLine({ line }: { line: Happening }) {
  const [photo] = line.photos;
  return (
    <a class="report-line" href={`/laporan/${line.number}`}>
      <span class="picture">
        {photo ? <img src={photo.thumbnailUrl} alt="" width={56} height={56} loading="lazy" onError={hide} /> : null}
        <CategoryIcon icon={line.category.icon} colour={line.category.colour} />
      </span>
      <span class="about">
        <strong class="clip">{line.title}</strong>
        <span class="happened">
          <StatusBadge status={line.status} short />
          <span class="small muted clip">
            <Ago at={line.processedAt ?? line.respondedAt ?? line.submittedAt} />
          </span>
        </span>
        <span class="happened small">
          <span class="muted clip">{line.kelurahan.name}</span>
          <Took line={line} />
        </span>
      </span>
    </a>
  );
}

/** The photo is a file of its own, and may be lost: the icon of the category is below it. */
function hide({ currentTarget }: { currentTarget: HTMLImageElement }): void {
  currentTarget.hidden = true;
}

function Took({ line }: { line: Happening }) {
  const time = answerTime(line);
  if (line.status === "PROCESSED" && line.resolution && line.resolution !== "FIXED") {
    return <span class="took">{words().resolution[line.resolution]}</span>;
  }
  if (line.overdue) {
    return (
      <span class="took late">
        <Icon name="timer" />
        {t().overdue}
      </span>
    );
  }
  if (!time) return null;
  return <span class="took">{time.kind === "fixed" ? t().fixedIn(time.took) : t().answeredIn(time.took)}</span>;
}

const GLIDE = { duration: 450, easing: "cubic-bezier(0.2, 0, 0, 1)" };

/** Move the children of a list to new places by gliding, whenever their order changes. */
export function useGliding(list: RefObject<HTMLElement | null>, order: string): void {
  const tops = useRef<Map<string, number>>(undefined);
  useLayoutEffect(() => {
    const before = tops.current;
    const after = new Map<string, number>();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const child of (list.current?.children ?? []) as HTMLCollectionOf<HTMLElement>) {
      const key = child.dataset["key"] ?? "";
      after.set(key, child.offsetTop);
      if (!before?.size || still) continue; // what was loaded is simply there
      const from = before.get(key);
      if (from === undefined) child.animate([{ opacity: 0, transform: "translateY(-1rem)" }, {}], GLIDE);
      else if (from !== child.offsetTop) {
        child.animate([{ transform: `translateY(${from - child.offsetTop}px)` }, {}], GLIDE);
      }
    }
    tops.current = after;
  }, [order]);
}
