import { useEffect, useState } from "preact/hooks";
import { now } from "../api/clock";
import type { Wall } from "./engine";

/** What a page needs that is open for weeks on a screen that nobody touches. */

const MINUTE = 60_000;
/** Jakarta is 7 hours ahead of UTC; from 1 to 5 at night nobody minds a screen that begins again. */
const isNight = (at: number): boolean => {
  const hour = (new Date(at).getUTCHours() + 7) % 24;
  return hour >= 1 && hour < 5;
};

async function builtTag(): Promise<string | null> {
  try {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    return answer.ok ? answer.headers.get("etag") : null;
  } catch {
    return null;
  }
}

/** Open the page again when the service has a newer one: at night, and after an interruption, which may be an upgrade. */
export function useNewestBuild(wall: Wall): void {
  useEffect(() => {
    let opened: string | null = null;
    let wasLive = false;
    const compare = async () => {
      const tag = await builtTag();
      opened ??= tag;
      if (tag !== null && tag !== opened) location.reload();
    };
    void compare();
    const hourly = setInterval(() => {
      if (isNight(now())) void compare();
    }, 60 * MINUTE);
    const stop = wall.liveness.subscribe(({ isLive }) => {
      if (isLive && !wasLive && opened !== null) void compare();
      wasLive = isLive;
    });
    return () => {
      clearInterval(hourly);
      stop();
    };
  }, [wall]);
}

/** Keep the screen on, where the browser can. It lets go whenever the page is hidden. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    const hold = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      try {
        lock = await navigator.wakeLock.request("screen");
      } catch {
        // Refused, for example on a battery: the screen may go dark, the page goes on.
      }
    };
    void hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      void lock?.release();
    };
  }, []);
}

const STEPS = [
  [0, 0],
  [2, 1],
  [3, 3],
  [1, 4],
  [-1, 3],
  [-3, 1],
  [-2, -1],
] as const;

/** Return a shift of the whole picture by some pixels, another one each twenty minutes, so that no edge burns in. */
export function useShift(): string {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((last) => (last + 1) % STEPS.length), 20 * MINUTE);
    return () => clearInterval(timer);
  }, []);
  const [x, y] = STEPS[step] ?? STEPS[0];
  return `translate(${x}px, ${y}px)`;
}
