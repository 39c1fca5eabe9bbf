import L from "leaflet";
import { useEffect, useRef } from "preact/hooks";
import type { Status } from "../api/graphql";
import { settings } from "../api/settings";
import { useLoad } from "../api/hooks";
import { words } from "../texts/words";
import { BOUNDARIES } from "./documents";
import { token, type Parts } from "./drawing";
import { MarkLayer } from "./MarkLayer";
import "./CityMap.css";

export interface Point {
  latitude: number;
  longitude: number;
}

/** A report or a cluster of reports on the map. */
export interface Mark {
  id: string;
  at: Point;
  status: Status;
  /** Reports in a cluster; 1 for a report. */
  count: number;
  /** The reports of a cluster by their status. */
  parts?: Parts;
  label: string;
}

export interface View {
  south: number;
  west: number;
  north: number;
  east: number;
  zoom: number;
}

export interface CityMapProps {
  /** The text of the map for screen readers. What it shows must also be on the page as a list. */
  label: string;
  marks?: readonly Mark[];
  /** The colour of a kelurahan by its code: the name of a token, such as `--band-above`. */
  shades?: ReadonlyMap<string, string>;
  /** Where the map looks. A new object moves it. Without it: the whole city. */
  focus?: { at: Point; zoom: number } | undefined;
  /** A pin: the place that was chosen. */
  pin?: Point | undefined;
  /** The kelurahan that is outlined, by its code. */
  outlined?: string | undefined;
  onMark?: (id: string) => void;
  /** Somebody tapped the map beside the marks. */
  onPlace?: (at: Point) => void;
  onKelurahan?: (code: string) => void;
  /** What is visible, at first and after each move. */
  onView?: (view: View) => void;
  /** Without zooming and dragging: for a wall, or a small picture of a place. */
  still?: boolean;
}

/** Mainland Jakarta. Kepulauan Seribu is reached by moving the map. */
const JAKARTA = L.latLngBounds([-6.372, 106.686], [-6.088, 106.974]);

/** A map of the city: tiles if the city has them, else the kelurahan. Loaded when it is shown, as it is large. */
export default function CityMap(props: CityMapProps) {
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<Drawn>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { data } = useLoad(BOUNDARIES, {});

  useEffect(() => {
    const drawn = new Drawn(element.current as HTMLDivElement, latest);
    map.current = drawn;
    return () => drawn.remove();
  }, []);
  useEffect(() => map.current?.showKelurahan(data?.kelurahans.edges.map(({ node }) => node) ?? []), [data]);
  useEffect(() => map.current?.shade(), [props.shades, props.outlined, data]);
  useEffect(() => map.current?.showMarks(props.marks ?? []), [props.marks]);
  useEffect(() => map.current?.look(props.focus), [props.focus]);
  useEffect(() => map.current?.showPin(props.pin), [props.pin?.latitude, props.pin?.longitude]);

  return (
    <div class="map">
      <div ref={element} class="ground" role="region" aria-label={props.label} />
    </div>
  );
}

interface Boundary {
  code: string;
  name: string;
  boundary: unknown;
}

/** The Leaflet map behind the component. */
class Drawn {
  readonly #map: L.Map;
  readonly #props: { current: CityMapProps };
  readonly #kelurahan = new Map<string, L.GeoJSON>();
  readonly #marks = new Map<string, MarkLayer>();
  readonly #scheme = matchMedia("(prefers-color-scheme: dark)");
  readonly #resized: ResizeObserver;
  readonly #pins = L.svg({ pane: "pins" });
  #pin: L.CircleMarker | undefined;

  constructor(element: HTMLDivElement, props: { current: CityMapProps }) {
    this.#props = props;
    const { still, focus } = props.current;
    this.#map = L.map(element, {
      preferCanvas: true,
      zoomControl: false,
      attributionControl: settings.tiles !== null,
      zoomSnap: 0.25,
      ...(still && {
        dragging: false,
        scrollWheelZoom: false,
        doubleClickZoom: false,
        touchZoom: false,
        keyboard: false,
      }),
    });
    this.#map.attributionControl?.setPrefix(false);
    if (!still)
      L.control
        .zoom({ position: "bottomright", zoomInTitle: words().zoomIn, zoomOutTitle: words().zoomOut })
        .addTo(this.#map);
    if (settings.tiles) L.tileLayer(settings.tiles.url, { attribution: settings.tiles.attribution }).addTo(this.#map);
    this.#map.createPane("pins").style.zIndex = "620";
    if (focus) this.look(focus);
    else this.#map.fitBounds(JAKARTA);
    this.#map.on("moveend", () => this.#tellView());
    this.#map.on("click", ({ latlng }) => props.current.onPlace?.({ latitude: latlng.lat, longitude: latlng.lng }));
    this.#scheme.addEventListener("change", this.#repaint);
    this.#resized = new ResizeObserver(() => this.#map.invalidateSize({ animate: false }));
    this.#resized.observe(element);
    this.#tellView();
  }

  remove(): void {
    this.#resized.disconnect();
    this.#scheme.removeEventListener("change", this.#repaint);
    this.#map.remove();
  }

  look(focus: CityMapProps["focus"]): void {
    if (focus) this.#map.setView([focus.at.latitude, focus.at.longitude], focus.zoom);
  }

  showKelurahan(all: readonly Boundary[]): void {
    if (this.#kelurahan.size > 0) return;
    for (const { code, name, boundary } of all) {
      const area = L.geoJSON(boundary as GeoJSON.MultiPolygon, { style: this.#style(code) }).addTo(this.#map);
      if (this.#props.current.onKelurahan) {
        area.bindTooltip(name, { sticky: true });
        area.on("click", () => this.#props.current.onKelurahan?.(code));
      }
      area.bringToBack();
      this.#kelurahan.set(code, area);
    }
  }

  shade(): void {
    for (const [code, area] of this.#kelurahan) area.setStyle(this.#style(code));
    const { outlined } = this.#props.current;
    if (outlined) this.#kelurahan.get(outlined)?.bringToFront();
    for (const shown of this.#marks.values()) shown.bringToFront();
  }

  /** Show exactly these marks: those that stayed are changed, and not drawn again. */
  showMarks(marks: readonly Mark[]): void {
    const left = new Set(this.#marks.keys());
    for (const mark of marks) {
      left.delete(mark.id);
      const shown = this.#marks.get(mark.id);
      if (shown === undefined) this.#addMark(mark);
      else if (shown.mark !== mark) shown.show(mark);
    }
    for (const id of left) {
      this.#marks.get(id)?.remove();
      this.#marks.delete(id);
    }
  }

  showPin(at: Point | undefined): void {
    this.#pin?.remove();
    this.#pin = undefined;
    if (!at) return;
    const style = {
      radius: 11,
      weight: 5,
      color: token("--accent"),
      fillColor: token("--sheet"),
      fillOpacity: 1,
      pane: "pins",
    };
    this.#pin = L.circleMarker([at.latitude, at.longitude], { ...style, renderer: this.#pins }).addTo(this.#map);
  }

  #addMark(mark: Mark): void {
    const layer = new MarkLayer(mark);
    layer.bindTooltip(() => layer.mark.label);
    layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      this.#props.current.onMark?.(layer.mark.id);
    });
    layer.addTo(this.#map);
    this.#marks.set(mark.id, layer);
  }

  #style(code: string): L.PathOptions {
    const { shades, outlined } = this.#props.current;
    const fill = shades?.get(code);
    const isOutlined = outlined === code;
    return {
      color: token(isOutlined ? "--accent" : "--line-strong"),
      weight: isOutlined ? 3 : 0.6,
      fillColor: token(fill ?? "--sheet"),
      // Over tiles only what has a meaning is filled.
      fillOpacity: settings.tiles === null ? (fill ? 0.85 : 1) : fill ? 0.5 : 0,
    };
  }

  readonly #repaint = (): void => {
    this.shade();
    for (const layer of this.#marks.values()) layer.redraw();
    this.showPin(this.#props.current.pin);
  };

  #tellView(): void {
    const bounds = this.#map.getBounds();
    this.#props.current.onView?.({
      south: bounds.getSouth(),
      west: bounds.getWest(),
      north: bounds.getNorth(),
      east: bounds.getEast(),
      zoom: Math.round(this.#map.getZoom()),
    });
  }
}
