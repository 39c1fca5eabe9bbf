import { useLocation } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useLoad } from "../../api/hooks";
import { CityMap, type View } from "../../map";
import { dayOf } from "../../texts/format";
import { minute } from "../../ui/parts";
import type { Area } from "../area";
import { CENTRE, DONE_CLUSTERS, OPEN_CLUSTERS } from "./documents";
import { marksOf } from "./marks";
import { t } from "./texts";

/** Zoom of the map around a person, and of a kelurahan. */
const ZOOM = { near: 15, kelurahan: 14.5, closer: 2 };

interface HomeMapProps {
  area: Area;
  /** Rises when something has changed in the city. */
  changes: number;
}

/** What is open and what was done today, on the map: it turns yellow and green as it happens. */
export function HomeMap({ area, changes }: HomeMapProps) {
  const { route } = useLocation();
  const [view, setView] = useState<View>();
  const [focus, setFocus] = useState<{ at: { latitude: number; longitude: number }; zoom: number }>();
  const since = `${dayOf(minute.value)}T00:00:00+07:00`;
  const visible = view ? asked(view) : null;
  const open = useLoad(OPEN_CLUSTERS, visible);
  const done = useLoad(DONE_CLUSTERS, visible && { ...visible, since });
  useEffect(() => {
    if (changes === 0) return;
    open.reload();
    done.reload();
  }, [changes]);

  const code = area.kind === "kelurahan" ? area.code : null;
  const centre = useLoad(CENTRE, code ? { code } : null).data?.kelurahan;
  useEffect(() => {
    if (area.kind === "near") setFocus({ at: area.at, zoom: ZOOM.near });
    else if (area.kind === "kelurahan" && centre?.code === area.code) {
      setFocus({ at: centre.centre, zoom: ZOOM.kelurahan });
    }
  }, [area, centre?.code]);

  const { marks, places } = useMemo(() => {
    const clusters = { open: open.data?.reportClusters ?? [], done: done.data?.reportClusters ?? [] };
    return marksOf(clusters, view?.zoom ?? 0, ({ report, count }) => report?.title ?? t().cluster(count));
  }, [open.data, done.data]);
  const go = (id: string) => {
    const place = places.get(id);
    if (place?.number) route(`/laporan/${place.number}`);
    else if (place && view) setFocus({ at: place.at, zoom: view.zoom + ZOOM.closer });
  };
  return (
    <CityMap
      // Back in the whole city: the map begins again.
      key={area.kind === "city" ? "city" : "place"}
      label={t().map}
      marks={marks}
      focus={focus}
      pin={area.kind === "near" ? area.at : undefined}
      outlined={area.kind === "city" ? undefined : area.code}
      onMark={go}
      onView={setView}
    />
  );
}

/** What is asked for a view: rounded, so that the same part of the city is the same request. */
function asked({ south, west, north, east, zoom }: View) {
  const down = (degrees: number) => Math.floor(degrees * 1000) / 1000;
  const up = (degrees: number) => Math.ceil(degrees * 1000) / 1000;
  return { within: { south: down(south), west: down(west), north: up(north), east: up(east) }, zoom };
}
