import { useEffect, useState } from "preact/hooks";
import type { ResultOf } from "../api/graphql";
import { client } from "../api/client";
import { CityMap, type View } from "../map";
import { Icon } from "../ui/Icon";
import { Field } from "../ui/parts";
import { SEARCH_KELURAHAN } from "./documents";
import { chooseKelurahan, chooseMyPlace, choosePlace, focus, isLocating, located, lookAround } from "./flow";
import type { KeptReport } from "./machine";
import { isOnline } from "./online";
import { gps, metresBetween } from "./place";
import { Screen } from "./Screen";
import { t } from "./texts";

/** Metres that the map may be off by rounding to pixels. */
const ROUNDING = 6;

/** The second step: the place of the problem, by GPS, on the map, or by the name of its kelurahan. */
export function PlaceStep({ report, onward }: { report: KeptReport; onward: () => void }) {
  const { place } = report.content;
  useEffect(() => {
    if (!place) void chooseMyPlace();
    else if (!located.peek()) void choosePlace(place.at, true);
  }, []);
  useEffect(() => {
    if (place && isOnline.value && located.peek()?.type === "unknown") void choosePlace(place.at, false);
  }, [isOnline.value]);
  const moved = ({ north, south, east, west }: View) => {
    const centre = { latitude: (north + south) / 2, longitude: (east + west) / 2 };
    const looksAt = focus.peek()?.at;
    // Before anything was chosen the map shows all of Jakarta, whose middle nobody means.
    if (!place || !looksAt || metresBetween(place.at, centre) < ROUNDING) return;
    void choosePlace(centre, false);
  };
  const confirm = () => {
    if (place) void lookAround(place.at);
    onward();
  };
  const mayConfirm = place !== undefined && located.value?.type !== "outside";
  return (
    <Screen
      title={t().placeTitle}
      footer={
        <>
          <Where report={report} />
          <button type="button" class="button large wide" disabled={!mayConfirm} onClick={confirm}>
            <Icon name="check" />
            {t().confirmPlace}
          </button>
        </>
      }
    >
      <KelurahanSearch />
      <div class="place-map">
        <CityMap
          label={t().placeMap}
          focus={focus.value}
          outlined={place?.kelurahan?.code}
          onPlace={(at) => void choosePlace(at, true)}
          onView={moved}
        />
        {place && focus.value && <Pin name={isLocating.value ? undefined : place.kelurahan?.name} />}
        <button
          type="button"
          class="button quiet here"
          disabled={gps.value === "asking"}
          onClick={() => void chooseMyPlace()}
        >
          <Icon name="my_location" />
          {gps.value === "asking" ? t().findingPlace : t().myPlace}
        </button>
      </div>
      <p class="muted small" role="status">
        {gpsWords() ?? (place ? t().placeMove : t().placeHint)}
      </p>
    </Screen>
  );
}

/** The pin, and the kelurahan it is in. It is in words below the map, too. */
function Pin({ name }: { name: string | undefined }) {
  return (
    <div aria-hidden="true">
      <span class="pin" />
      {name && <span class="pin-name">{name}</span>}
    </div>
  );
}

function gpsWords(): string | undefined {
  const says = { idle: undefined, asking: undefined, denied: t().gpsDenied, failed: t().gpsFailed };
  return gps.value === "outside" ? t().gpsOutside : says[gps.value];
}

/** Where the pin is, in words; near a border the kelurahan to choose from. */
function Where({ report }: { report: KeptReport }) {
  const { place } = report.content;
  const answer = located.value;
  let says = place ? "" : t().placeHint;
  if (place && isLocating.value) says = t().locating;
  else if (place && answer?.type === "outside") says = t().outside;
  else if (place && answer?.type === "unknown") says = t().locateLater;
  const isFound = place && !isLocating.value && answer?.type === "found";
  const choices = isFound ? [answer.kelurahan, ...answer.alternatives] : [];
  const kecamatan = choices.find(({ code }) => code === place?.kelurahan?.code)?.kecamatan.name;
  return (
    <div class="where" aria-live="polite">
      {isFound && choices.length === 1 && (
        <p class="row">
          <Icon name="location_on" />
          <span>
            <strong>{t().located(place.kelurahan?.name ?? "")}</strong>
            {kecamatan && <span class="muted small"> {t().kecamatan(kecamatan)}</span>}
          </span>
        </p>
      )}
      {isFound && choices.length > 1 && (
        <fieldset class="choices">
          <legend class="small">{t().whichKelurahan}</legend>
          {choices.map((choice) => (
            <label key={choice.code} class="choice">
              <input
                type="radio"
                name="kelurahan"
                checked={choice.code === place.kelurahan?.code}
                onChange={() => chooseKelurahan(choice)}
              />
              {choice.name}
            </label>
          ))}
        </fieldset>
      )}
      {says && <p class={answer?.type === "outside" && place ? "error" : "muted"}>{says}</p>}
    </div>
  );
}

type Found = ResultOf<typeof SEARCH_KELURAHAN>["kelurahans"]["edges"][number]["node"];

const TYPING = 250;

/** Search of a kelurahan by its name: for those without GPS and without a map. */
function KelurahanSearch() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Found[]>();
  useEffect(() => {
    setFound(undefined);
    const search = text.trim();
    if (search === "") return;
    let isOld = false;
    const timer = setTimeout(() => {
      void client
        .peek()
        .query(SEARCH_KELURAHAN, { search }, {})
        .toPromise()
        .then(({ data }) => {
          if (!isOld && data) setFound(data.kelurahans.edges.map(({ node }) => node));
        });
    }, TYPING);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [text]);
  const choose = ({ centre }: Found) => {
    setText("");
    void choosePlace({ latitude: centre.latitude, longitude: centre.longitude }, true);
  };
  return (
    <div class="find-place">
      <Field label={t().searchPlace}>
        {(control) => (
          <input
            {...control}
            class="input"
            type="search"
            autocomplete="off"
            placeholder={t().searchPlaceHint}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      {found && (
        <ul class="found card">
          {found.map((each) => (
            <li key={each.id}>
              <button type="button" onClick={() => choose(each)}>
                <Icon name="location_on" />
                <span>
                  {each.name} <span class="muted small">{t().kecamatan(each.kecamatan.name)}</span>
                </span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li class="muted nothing">{t().noPlace}</li>}
        </ul>
      )}
    </div>
  );
}
