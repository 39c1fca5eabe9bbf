import { useClient } from "@urql/preact";
import { useEffect, useMemo } from "preact/hooks";
import { useViewer, type Viewer } from "../../account";
import { dayOf } from "../../texts/format";
import { minute } from "../../ui/parts";
import { useKeys } from "../keys";
import { Bulk } from "./Bulk";
import { goOn, openFinish, openForm, targets } from "./commands";
import { Filters, Tabs } from "./Filters";
import { Finish } from "./Finish";
import { List } from "./List";
import { Move } from "./Move";
import { Pane } from "./Pane";
import { Pick } from "./Pick";
import { useWork, Work, WorkContext } from "./state";
import { t } from "./texts";
import "./work.css";

/** The work list of an officer. It begins anew with each day, because "today" is another one. */
export default function WorkPage() {
  const viewer = useViewer();
  if (!viewer) return <main id="content" class="page" />;
  return <Desk key={dayOf(minute.value)} viewer={viewer} />;
}

function Desk({ viewer }: { viewer: Viewer }) {
  const client = useClient();
  const work = useMemo(() => new Work(client, viewer), []);
  useEffect(() => work.start(), []);
  return (
    <WorkContext.Provider value={work}>
      <Split />
    </WorkContext.Provider>
  );
}

/** List on the left and report on the right; on a phone one after the other. */
function Split() {
  const work = useWork();
  useWorkKeys(work);
  useBackToList(work);
  return (
    <main id="content" class="work" data-open={work.isOpen.value}>
      <h1 class="visually-hidden">{t().title}</h1>
      <Tabs />
      <div class="work-left">
        <Filters />
        <List />
        <Bulk />
      </div>
      <div class="work-right">
        <Pane />
      </div>
      <Forms />
      <p class="visually-hidden" role="status">
        {work.said.value}
      </p>
    </main>
  );
}

function Forms() {
  const work = useWork();
  const form = work.form.value;
  if (!form) return null;
  const close = () => {
    work.form.value = undefined;
    document.getElementById("work-list")?.focus();
  };
  const key = form.ids.join();
  if (form.kind === "finish") return <Finish key={key} ids={form.ids} first={form.outcome} onClose={close} />;
  if (form.kind === "move") return <Move key={key} id={form.ids[0] as string} onClose={close} />;
  return <Pick key={key} kind={form.kind} ids={form.ids} onClose={close} />;
}

const PAGE = 8;
const FAR = 1_000_000;

function useWorkKeys(work: Work): void {
  const write = (kind: "reply" | "note") => {
    work.writing.value = kind;
    work.isOpen.value = true;
    const focus = () => document.getElementById("work-reply")?.focus();
    focus(); // before the next key, which is a letter already
    requestAnimationFrame(focus); // where the report was not open yet
  };
  const handing = (kind: "assign" | "transfer" | "recategorise") => openForm(work, { kind, ids: targets(work) });
  const toggle = () => {
    const cursor = work.cursor.peek();
    if (cursor !== null) work.toggle(cursor);
  };
  useKeys({
    j: () => work.move(1),
    k: () => work.move(-1),
    J: () => work.move(1, true),
    K: () => work.move(-1, true),
    ArrowDown: () => work.move(1),
    ArrowUp: () => work.move(-1),
    "Shift+ArrowDown": () => work.move(1, true),
    "Shift+ArrowUp": () => work.move(-1, true),
    PageDown: () => work.move(PAGE),
    PageUp: () => work.move(-PAGE),
    Home: () => work.move(-FAR),
    End: () => work.move(FAR),
    x: toggle,
    " ": toggle,
    "Mod+a": () => work.chooseAll(),
    Enter: () => goOn(work),
    s: () => openFinish(work, "FIXED"),
    d: () => openFinish(work, "DUPLICATE"),
    a: () => handing("assign"),
    t: () => handing("transfer"),
    c: () => handing("recategorise"),
    m: () => openForm(work, { kind: "move", ids: targets(work).slice(0, 1) }),
    r: () => write("reply"),
    n: () => write("note"),
    Escape: () => {
      if (work.chosen.peek().size > 0) work.chosen.value = new Set();
      else if (work.isOpen.peek()) work.isOpen.value = false;
      document.getElementById("work-list")?.focus();
    },
  });
}

/** On a phone the way back of the browser leads from the report to the list. */
function useBackToList(work: Work): void {
  const isOpen = work.isOpen.value;
  useEffect(() => {
    if (!isOpen || !matchMedia("(max-width: 56rem)").matches) return undefined;
    history.pushState({ report: true }, "");
    const back = () => (work.isOpen.value = false);
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [isOpen]);
}
