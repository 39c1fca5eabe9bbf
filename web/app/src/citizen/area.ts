import { signal } from "@preact/signals";

export interface Near {
  latitude: number;
  longitude: number;
}

/** What the first view shows: the city, a kelurahan, or what is around the person (and the kelurahan there). */
export type Area =
  | { kind: "city" }
  | { kind: "kelurahan"; code: string; name: string }
  | { kind: "near"; at: Near; code: string; name: string };

const KEPT = "tanggap.kelurahan";
const CITY: Area = { kind: "city" };

function kept(): Area {
  const { code, name } = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as { code?: string; name?: string };
  return code && name ? { kind: "kelurahan", code, name } : CITY;
}

export const area = signal<Area>(kept());

/** Show another area. A kelurahan is remembered on this device; where somebody is, is not. */
export function choose(chosen: Area): void {
  if (chosen.kind === "kelurahan") {
    localStorage.setItem(KEPT, JSON.stringify({ code: chosen.code, name: chosen.name }));
  } else localStorage.removeItem(KEPT);
  area.value = chosen;
}
