/** Longitude and latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number];

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The five cities on the mainland, and Kepulauan Seribu, which lies up to 80 km off the coast. */
export const MAINLAND: Box = { west: 106.684, south: -6.374, east: 106.976, north: -6.086 };
/** The code of Kepulauan Seribu, with which those of its kelurahan begin. */
export const ISLANDS_CODE = "31.01.";

/** Everything: the area in which open reports are counted. */
export const CITY: Box = { west: 106.3, south: -6.4, east: 107, north: -5.1 };

/** A rectangle of the picture in pixels. */
export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where positions are in the picture. At this latitude a degree east is shorter than one north. */
export interface Projection {
  (position: Position): readonly [x: number, y: number];
  /** Whether a position is in the frame. */
  has(position: Position): boolean;
}

/** Return the projection that fits a box into a frame, in the middle. A city is small enough to be a plane. */
export function fit(box: Box, frame: Frame): Projection {
  const shorter = Math.cos((((box.south + box.north) / 2) * Math.PI) / 180);
  const width = (box.east - box.west) * shorter;
  const height = box.north - box.south;
  const scale = Math.min(frame.width / width, frame.height / height);
  const left = frame.x + (frame.width - width * scale) / 2;
  const top = frame.y + (frame.height - height * scale) / 2;
  const project = ([longitude, latitude]: Position) =>
    [left + (longitude - box.west) * shorter * scale, top + (box.north - latitude) * scale] as const;
  const has = (position: Position) => {
    const [x, y] = project(position);
    return x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
  };
  return Object.assign(project, { has });
}

type Rings = readonly (readonly (readonly Position[])[])[];

/** Return the box around the corners of polygons. */
export function boxOf(polygons: Iterable<Rings>): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const polygon of polygons) {
    for (const [longitude, latitude] of polygon.flat(2)) {
      box.west = Math.min(box.west, longitude);
      box.east = Math.max(box.east, longitude);
      box.south = Math.min(box.south, latitude);
      box.north = Math.max(box.north, latitude);
    }
  }
  return box;
}

/** Return the outline of a MultiPolygon in the picture. */
export function outline(polygons: Rings, project: Projection): Path2D {
  const path = new Path2D();
  for (const ring of polygons.flat()) {
    ring.forEach((position, index) => {
      const [x, y] = project(position);
      if (index === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    path.closePath();
  }
  return path;
}
