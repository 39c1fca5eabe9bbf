import { useEffect, useState } from "preact/hooks";
import type CityMapComponent from "./CityMap";
import type { CityMapProps } from "./CityMap";

export type { Mark, Point, View } from "./CityMap";

/** The map, whose code is loaded when it is first shown. It fills the box around it, which must have a height. */
export function CityMap(props: CityMapProps) {
  const [Loaded, setLoaded] = useState<typeof CityMapComponent>();
  useEffect(() => {
    // Without a connection the box stays empty: everything on the map is also in a list.
    import("./CityMap").then((module) => setLoaded(() => module.default)).catch(() => {});
  }, []);
  return Loaded ? <Loaded {...props} /> : <div class="map" />;
}
