import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Status } from "../api/graphql";
import { BOUNDARIES } from "../map/documents";
import { drawRing, drawStatus, MARK_EDGE, token } from "../map/drawing";
import { formatNumber } from "../texts/format";
import { words } from "../texts/words";
import { BandBadge, StatusMark } from "../ui/marks";
import type { Cluster } from "./documents";
import type { Band, MapView, Wall } from "./engine";
import * as geography from "./geography";
import { Polls } from "./polls";
import type { MarkChange, WallMark } from "./state";
import { t } from "./texts";

/** The map of the wall with its legend. */
export function WallMap({ wall }: { wall: Wall }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const drawn = new Drawn(element.current as HTMLDivElement, wall);
    return () => drawn.remove();
  }, [wall]);
  return (
    <section class="panel wall-map" aria-label={t().map}>
      <div ref={element} class="picture" role="img" aria-label={t().map} />
      <Legend />
    </section>
  );
}

function Legend() {
  return (
    <div class="legend">
      <ul aria-label={t().legendToday}>
        <li class="head">{t().legendToday}</li>
        {(["WAITING", "IN_PROGRESS", "PROCESSED"] as const).map((status) => (
          <li key={status}>
            <StatusMark status={status} /> {words().statusShort[status]}
          </li>
        ))}
        <li>
          <svg class="open-mark" viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="16" cy="16" r="13" />
            <path d="M16 3a13 13 0 1 1-12.4 17" />
            <text x="16" y="21">
              9
            </text>
          </svg>
          {t().legendOpen}
        </li>
      </ul>
      <ul class="bands" aria-label={t().legendBands}>
        <li class="head">{t().legendBands}</li>
        {(["ABOVE", "AVERAGE", "BELOW", null] as const).map((band) => (
          <li key={band}>
            <BandBadge band={band} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Area {
  code: string;
  path: Path2D;
  centre: readonly [number, number];
}

interface Kelurahan {
  code: string;
  centre: { latitude: number; longitude: number };
  boundary: unknown;
}

const BAND_TOKENS = { ABOVE: "--band-above", AVERAGE: "--band-average", BELOW: "--band-below" } as const;

/** Pulses at once: more would be a flicker and no news. */
const PULSES = 8;
const PULSE_MILLISECONDS = 1_400;
/** Width of the picture in rem from which on a unit is a rem, and the least part of a rem on a narrow one. */
const WIDE = 45;
const LEAST = 0.65;
/** Sizes in units, which follow the screen. */
const DOT = 0.3;
const SMALLEST = 0.7;
const LARGEST = 1.5;
const DAY = 86_400_000;

/**
 * The picture: a canvas with what changes each minute, over it one with the dots, and a few elements that pulse. A dot
 * that changes is drawn over the one before. One canvas of Leaflet would draw 267 kelurahan again for each report that
 * turns yellow, at 3,840 pixels; and each further layer would be blended for each frame of a pulse.
 */
class Drawn implements MapView {
  readonly #element: HTMLElement;
  readonly #wall: Wall;
  readonly #ground = canvas();
  readonly #dots = canvas();
  readonly #pulses: HTMLElement[] = [];
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #resized: ResizeObserver;
  readonly #polls: Polls;
  readonly #stops: (() => void)[];
  #kelurahan: readonly Kelurahan[] = [];
  #areas: readonly Area[] = [];
  #frames: readonly geography.Projection[] = [];
  #inset: geography.Frame | undefined;
  #counts: { at: readonly [number, number]; text: string; size: number }[] = [];
  #sprites: Record<Status, HTMLCanvasElement> | undefined;
  #unit = 16; // in pixels of the screen

  constructor(element: HTMLElement, wall: Wall) {
    this.#element = element;
    this.#wall = wall;
    element.append(this.#ground, this.#dots);
    for (let each = 0; each < PULSES; each++) {
      const pulse = document.createElement("span");
      pulse.className = "pulse";
      element.append(pulse);
      this.#pulses.push(pulse);
    }
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(element);
    this.#scheme.addEventListener("change", this.#drawAll);
    this.#polls = new Polls([[DAY, () => this.#load()]]);
    this.#polls.runAll();
    wall.showOn(this);
    this.#stops = [
      effect(() => {
        this.#drawGround(wall.bands.value, wall.clusters.value);
        this.#drawDots(); // those that are beyond the most are gone now
      }),
    ];
  }

  remove(): void {
    this.#wall.showOn(null);
    for (const stop of this.#stops) stop();
    this.#polls.stop();
    this.#scheme.removeEventListener("change", this.#drawAll);
    this.#resized.disconnect();
    this.#element.replaceChildren();
  }

  drawAgain(): void {
    this.#drawDots();
  }

  apply(changes: readonly MarkChange[]): void {
    // A dot is drawn over the one before, of the same size. Only one that is gone or has moved leaves a hole.
    const isOver = changes.every(({ kind, ...change }) => kind !== "gone" && !("from" in change && change.from));
    if (!isOver) this.#drawDots();
    const context = this.#dots.getContext("2d") as CanvasRenderingContext2D;
    for (const { kind, mark } of changes) {
      if (kind === "gone") continue;
      if (isOver) this.#drawDot(context, mark);
      if (kind !== "seen") this.#pulse(mark);
    }
    if (isOver) this.#drawCounts(context);
  }

  async #load(): Promise<void> {
    const { kelurahans } = await this.#wall.ask(BOUNDARIES, {});
    this.#kelurahan = kelurahans.edges.map(({ node }) => node);
    this.#fit();
  }

  /** Fit everything into the box, in pixels of the screen. */
  #fit(): void {
    const { clientWidth, clientHeight } = this.#element;
    if (clientWidth === 0 || this.#kelurahan.length === 0) return;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    for (const each of [this.#ground, this.#dots]) {
      each.width = width;
      each.height = height;
    }
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#unit = Math.max(LEAST, Math.min(1, clientWidth / (WIDE * rem))) * rem * ratio;
    const isIsland = ({ code }: Kelurahan) => code.startsWith(geography.ISLANDS_CODE);
    const rings = (each: Kelurahan) =>
      (each.boundary as { coordinates: Parameters<typeof geography.outline>[0] }).coordinates;
    const edge = this.#unit / 2;
    const mainland = geography.fit(geography.MAINLAND, {
      x: edge,
      y: edge,
      width: width - 2 * edge,
      height: height - 2 * edge,
    });
    // The south-west of the square around the city is empty.
    const side = Math.min(width, height) * 0.27;
    this.#inset = { x: edge, y: height - side * 1.25 - edge, width: side, height: side * 1.25 };
    const { x, y } = this.#inset;
    const islands = geography.fit(geography.boxOf(this.#kelurahan.filter(isIsland).map(rings)), {
      x: x + edge,
      y: y + 2.2 * this.#unit,
      width: side - 2 * edge,
      height: side * 1.25 - 2.2 * this.#unit - edge,
    });
    this.#frames = [mainland, islands];
    this.#areas = this.#kelurahan.map((each) => {
      const project = isIsland(each) ? islands : mainland;
      const centre = project([each.centre.longitude, each.centre.latitude]);
      return { code: each.code, path: geography.outline(rings(each), project), centre };
    });
    this.#drawAll();
  }

  readonly #drawAll = (): void => {
    const unit = this.#unit;
    for (const pulse of this.#pulses) {
      const size = (2 * DOT * unit) / devicePixelRatio;
      pulse.style.width = pulse.style.height = `${size}px`;
      pulse.style.margin = `${-size / 2}px`;
    }
    this.#sprites = {
      WAITING: dot(DOT * unit, "WAITING"),
      IN_PROGRESS: dot(DOT * unit, "IN_PROGRESS"),
      PROCESSED: dot(DOT * unit, "PROCESSED"),
    };
    this.#drawGround(this.#wall.bands.peek(), this.#wall.clusters.peek());
    this.#drawDots();
  };

  #drawGround(bands: ReadonlyMap<string, Band>, clusters: readonly Cluster[]): void {
    const context = cleared(this.#ground);
    const unit = this.#unit;
    context.lineWidth = Math.max(1, unit / 20);
    context.strokeStyle = token("--paper");
    if (this.#inset) {
      const { x, y, width, height } = this.#inset;
      context.fillStyle = token("--sunk");
      context.fillRect(x, y, width, height);
      context.fillStyle = token("--muted");
      context.font = `600 ${unit * 0.875}px ${token("--font")}`;
      context.fillText(t().islands, x + unit / 2, y + unit * 1.35, width - unit);
    }
    for (const { code, path } of this.#areas) {
      const band = bands.get(code);
      context.fillStyle = token(band ? BAND_TOKENS[band] : "--band-none");
      context.globalAlpha = band && band !== "AVERAGE" ? 0.8 : 1;
      context.fill(path);
      context.globalAlpha = 1;
      context.stroke(path);
    }
    // Bands without their colour: a triangle up or down, as in the legend.
    context.fillStyle = token("--ink");
    for (const { code, centre } of this.#areas) {
      const band = bands.get(code);
      if (band === "ABOVE" || band === "BELOW") triangle(context, centre, unit * 0.32, band === "ABOVE");
    }
    this.#drawOpen(context, clusters);
  }

  /** Draw a ring for each place with open reports: the part that waits is red, the part that is begun yellow. */
  #drawOpen(context: CanvasRenderingContext2D, clusters: readonly Cluster[]): void {
    this.#counts = [];
    const most = Math.max(1, ...clusters.map(({ count }) => count));
    for (const { centre, count, waiting } of clusters) {
      const at = this.#locate(centre);
      if (!at) continue;
      const radius = this.#unit * (SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(count / most));
      const text = formatNumber(count);
      const size = Math.min(this.#unit * 0.9, (radius * 3) / (text.length + 0.6));
      this.#counts.push({ at, text, size });
      context.save();
      context.translate(...at);
      drawRing(context, radius, this.#unit * 0.2, { waiting, inProgress: count - waiting, processed: 0 });
      context.restore();
    }
  }

  /** Write the numbers of the rings over the dots, with an edge. */
  #drawCounts(context: CanvasRenderingContext2D): void {
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    context.lineWidth = this.#unit * 0.3;
    context.fillStyle = token("--ink");
    context.strokeStyle = token("--sheet");
    const font = token("--font");
    for (const { at, text, size } of this.#counts) {
      context.font = `650 ${size}px ${font}`;
      context.strokeText(text, at[0], at[1] + size * 0.04);
      context.fillText(text, at[0], at[1] + size * 0.04);
    }
  }

  #drawDots(): void {
    const context = cleared(this.#dots);
    for (const mark of this.#wall.marks.values()) this.#drawDot(context, mark);
    this.#drawCounts(context);
  }

  #drawDot(context: CanvasRenderingContext2D, mark: WallMark): void {
    const at = this.#locate(mark);
    const sprite = this.#sprites?.[mark.status];
    if (at && sprite) context.drawImage(sprite, at[0] - sprite.width / 2, at[1] - sprite.height / 2);
  }

  #pulse(mark: WallMark): void {
    const at = this.#locate(mark);
    if (!at || this.#still.matches || document.hidden) return;
    const pulse = this.#pulses.pop();
    if (!pulse) return; // enough are pulsing
    pulse.dataset["status"] = mark.status;
    const move = `translate(${at[0] / devicePixelRatio}px, ${at[1] / devicePixelRatio}px)`;
    const frames = [
      { transform: `${move} scale(0.8)`, opacity: 0.9 },
      { transform: `${move} scale(3.4)`, opacity: 0 },
    ];
    const animation = pulse.animate(frames, { duration: PULSE_MILLISECONDS, easing: "ease-out" });
    animation.onfinish = () => this.#pulses.push(pulse);
  }

  #locate({ longitude, latitude }: { longitude: number; latitude: number }): readonly [number, number] | null {
    const position = [longitude, latitude] as const;
    const project = this.#frames.find((each) => each.has(position));
    return project ? project(position) : null;
  }
}

const canvas = (): HTMLCanvasElement => document.createElement("canvas");

function cleared(of: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = of.getContext("2d") as CanvasRenderingContext2D;
  context.clearRect(0, 0, of.width, of.height);
  return context;
}

function triangle(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  size: number,
  isUp: boolean,
): void {
  const tip = isUp ? -size : size;
  context.beginPath();
  context.moveTo(x, y + tip);
  context.lineTo(x + size, y - tip * 0.8);
  context.lineTo(x - size, y - tip * 0.8);
  context.fill();
}

/** Draw the mark of a status, as in src/ui/marks: a ring, a half disc, a disc with a tick. */
function dot(radius: number, status: Status): HTMLCanvasElement {
  const size = Math.ceil(2 * radius * MARK_EDGE);
  const sprite = Object.assign(canvas(), { width: size, height: size });
  const context = sprite.getContext("2d") as CanvasRenderingContext2D;
  context.translate(size / 2, size / 2);
  drawStatus(context, radius, status);
  return sprite;
}
