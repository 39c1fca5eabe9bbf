import { signal } from "@preact/signals";
import { client } from "../api/client";
import type { Point } from "../map";
import { LOCATE } from "./documents";
import { learnNetwork } from "./online";

/** The location of this device: not asked for, being asked for, refused by its owner, or not found. */
export type Gps = "idle" | "asking" | "denied" | "failed" | "outside";

export const gps = signal<Gps>("idle");

export interface Kelurahan {
  code: string;
  name: string;
  kecamatan: { name: string };
}

/** What the service says of a point. `unknown`: it could not be asked. */
export type Located =
  | { type: "found"; at: Point; kelurahan: Kelurahan; alternatives: readonly Kelurahan[] }
  | { type: "outside"; at: Point }
  | { type: "unknown"; at: Point };

/** Ask the device for its location, and the person if they have not said yet. Undefined when it is not to be had. */
export async function findMe(): Promise<Point | undefined> {
  if (!("geolocation" in navigator)) {
    gps.value = "failed";
    return undefined;
  }
  gps.value = "asking";
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        gps.value = "idle";
        resolve({ latitude, longitude });
      },
      ({ code, PERMISSION_DENIED }) => {
        gps.value = code === PERMISSION_DENIED ? "denied" : "failed";
        resolve(undefined);
      },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  });
}

/** Whether the person has allowed the location already: then it may be asked for before it is needed. */
export async function mayFindMe(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false; // a browser that does not tell
  }
}

/** Ask the service for the kelurahan of a point. */
export async function locate(at: Point): Promise<Located> {
  const result = await client.peek().query(LOCATE, { at }, {}).toPromise();
  learnNetwork(result);
  const { data } = result;
  if (!data) return { type: "unknown", at };
  if (!data.locate) return { type: "outside", at };
  const { kelurahan, alternatives } = data.locate;
  return { type: "found", at, kelurahan, alternatives };
}

const EARTH = 6_371_000;

/** The distance between two points in metres, for points of one city. */
export function metresBetween(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const north = (b.latitude - a.latitude) * radians;
  const east = (b.longitude - a.longitude) * radians * Math.cos(a.latitude * radians);
  return EARTH * Math.hypot(north, east);
}
