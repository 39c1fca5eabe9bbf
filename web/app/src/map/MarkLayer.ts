import L from "leaflet";
import { formatNumber } from "../texts/format";
import { drawCluster, drawStatus } from "./drawing";
import type { Mark } from "./CityMap";

/** Pixels: a cluster of a hundred is half as wide again as one of two. */
const SIZES = { one: 7, many: 12 };

/** What Leaflet's canvas gives to its layers, without saying so in its types. */
interface OnCanvas {
  _renderer: { _drawing: boolean; _ctx: CanvasRenderingContext2D };
  _point: L.Point;
  _empty(): boolean;
}

/** A report or a cluster on Leaflet's canvas, drawn by our own marks instead of a disc. */
export class MarkLayer extends L.CircleMarker {
  mark: Mark;

  constructor(mark: Mark) {
    super([mark.at.latitude, mark.at.longitude], { radius: radius(mark), weight: 4, fillOpacity: 1 });
    this.mark = mark;
  }

  /** Show another state of the mark. */
  show(mark: Mark): void {
    this.mark = mark;
    this.setRadius(radius(mark));
    this.setLatLng([mark.at.latitude, mark.at.longitude]);
  }

  /** Called by Leaflet for each drawing of the canvas. */
  _updatePath(): void {
    const { _renderer: renderer, _point: point } = this as unknown as OnCanvas;
    if (!renderer._drawing || (this as unknown as OnCanvas)._empty()) return;
    const context = renderer._ctx;
    const { status, count, parts } = this.mark;
    context.save();
    context.translate(point.x, point.y);
    if (parts && count > 1) drawCluster(context, this.getRadius(), parts, formatNumber(count));
    else drawStatus(context, this.getRadius(), status);
    context.restore();
  }
}

function radius({ count }: Mark): number {
  return count === 1 ? SIZES.one : SIZES.many + 3 * Math.log10(count);
}
