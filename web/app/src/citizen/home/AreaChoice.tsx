import { useState } from "preact/hooks";
import { client } from "../../api/client";
import { Icon } from "../../ui/Icon";
import { Dialog } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { area, choose } from "../area";
import { KelurahanSearch } from "../KelurahanSearch";
import { LOCATE } from "./documents";
import { t } from "./texts";

const PATIENCE = 15_000;

/** Which part of the city the first view shows. Where somebody is, is asked for only when they press the button. */
export function AreaChoice() {
  const [locating, setLocating] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const shown = area.value;

  const findMe = async () => {
    setLocating(true);
    const problem = await locate();
    setLocating(false);
    if (problem) say(problem, { label: t().chooseKelurahan, run: () => setChoosing(true) });
  };

  return (
    <>
      <div class="area-choice" role="group" aria-label={t().area}>
        <button type="button" aria-pressed={shown.kind === "city"} onClick={() => choose({ kind: "city" })}>
          {t().wholeCity}
        </button>
        <button type="button" aria-pressed={shown.kind === "near"} onClick={findMe} disabled={locating}>
          <Icon name="my_location" />
          {locating ? t().locating : t().nearMe}
        </button>
        <button
          type="button"
          aria-pressed={shown.kind === "kelurahan"}
          aria-haspopup="dialog"
          onClick={() => setChoosing(true)}
        >
          <Icon name="location_on" />
          {shown.kind === "kelurahan" ? shown.name : t().chooseKelurahan}
        </button>
      </div>
      {choosing && (
        <Dialog title={t().chooseKelurahan} onClose={() => setChoosing(false)}>
          <KelurahanSearch
            onChoose={({ code, name }) => {
              choose({ kind: "kelurahan", code, name });
              setChoosing(false);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

/** Show what is around the person. Returns words for the person if that is not possible. */
async function locate(): Promise<string | undefined> {
  const position = await new Promise<GeolocationPosition | null>((resolve) => {
    if (!("geolocation" in navigator)) resolve(null);
    else navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), { timeout: PATIENCE });
  });
  if (position === null) return t().notLocated;
  const { latitude, longitude } = position.coords;
  // To 100 metres: the address of a request need not say at which door somebody stands.
  const at = { latitude: Number(latitude.toFixed(3)), longitude: Number(longitude.toFixed(3)) };
  const { data } = await client.peek().query(LOCATE, { at }).toPromise();
  if (!data) return t().notLocated;
  if (!data.locate) return t().notInCity;
  const { code, name } = data.locate.kelurahan;
  choose({ kind: "near", at, code, name });
  return undefined;
}
