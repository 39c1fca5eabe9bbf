import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { formatTime, formatWeekday } from "../texts/format";
import { words } from "../texts/words";
import { useNewestBuild, useShift, useWakeLock } from "./endurance";
import { Wall } from "./engine";
import { Backlogs, Latest, Watchlist } from "./Lists";
import { Ranking } from "./Ranking";
import { t } from "./texts";
import { Today } from "./Today";
import { WallMap } from "./WallMap";
import "./wall.css";

/** The wall of the control room: the city today, on one screen, without a hand that touches it. */
export function WallPage() {
  const wall = useMemo(() => new Wall(), []);
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    wall.start();
    return () => wall.stop();
  }, [wall]);
  useNewestBuild(wall);
  useWakeLock();
  const shift = useShift();
  // Written past the components: it changes with each frame.
  useSignalEffect(() => {
    if (root.current) root.current.dataset["events"] = String(wall.events.value);
  });
  const { isLive } = wall.liveness.value;
  return (
    <main id="content" ref={root} class="wall" data-live={isLive} style={{ transform: shift }}>
      <header>
        <h1>
          <img src="/static/tanggap.svg" alt="" width={34} height={14} />
          {t().title}
        </h1>
        <Liveness wall={wall} />
        <Clock wall={wall} />
      </header>
      <div class="left">
        <Today wall={wall} />
        <Latest wall={wall} />
      </div>
      <WallMap wall={wall} />
      <div class="right">
        <Ranking wall={wall} />
        <Watchlist wall={wall} />
        <Backlogs wall={wall} />
      </div>
    </main>
  );
}

function Clock({ wall }: { wall: Wall }) {
  const at = wall.time.value;
  return (
    <p class="clock">
      <span>{formatWeekday(at)}</span>
      <time class="number">{formatTime(at)}</time>
    </p>
  );
}

function Liveness({ wall }: { wall: Wall }) {
  const state = wall.liveness.value;
  const isFirst = !state.isLive && state.since === null;
  const connection = state.isLive ? "live" : isFirst ? "connecting" : "lost";
  return (
    <p class="live" data-connection={connection} role="status">
      <span class="dot" aria-hidden="true" />
      {state.isLive
        ? words().live.live
        : state.since === null
          ? words().live.connecting
          : t().notLiveSince(formatTime(state.since))}
    </p>
  );
}
