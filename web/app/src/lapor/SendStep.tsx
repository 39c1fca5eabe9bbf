import { useEffect, useState } from "preact/hooks";
import { client } from "../api/client";
import { CategoryIcon, Icon } from "../ui/Icon";
import { Field } from "../ui/parts";
import { categoryOf } from "./categories";
import { FIND_DETAILS } from "./documents";
import { fill, MOST_PHOTOS, type Step } from "./flow";
import type { Content, Fault, KeptReport } from "./machine";
import { isOnline } from "./online";
import { PhotoPicker, Thumbnails } from "./Photos";
import { emergencyNumbers, promiseWords } from "./promise";
import { Screen } from "./Screen";
import { t } from "./texts";

interface Props {
  report: KeptReport;
  goTo: (step: Step) => void;
  send: () => void;
}

/** The last step: what will be sent, and words for those who want to say more. */
export function SendStep({ report, goTo, send }: Props) {
  const { content, faults } = report;
  const fault = (field: string | undefined) => faults.find((each) => each.field === field)?.message;
  const isAtItsField = ({ field, message }: Fault) =>
    ["title", "description", "address"].includes(field ?? "") ||
    content.photos.some(({ refused }) => refused === message);
  const general = faults.filter((each) => !isAtItsField(each));
  return (
    <Screen
      title={t().sendTitle}
      footer={
        <>
          {!isOnline.value && (
            <p class="small row" role="status">
              <Icon name="cloud_off" />
              <span>{t().offline}</span>
            </p>
          )}
          <button type="button" class="button large wide" onClick={send}>
            <Icon name="send" />
            {isOnline.value ? t().send : t().sendOffline}
          </button>
        </>
      }
    >
      {general.map(({ message }) => (
        <p key={message} class="error" role="alert">
          {message}
        </p>
      ))}
      <Summary content={content} goTo={goTo} />
      <div class="stack photos">
        <Thumbnails photos={content.photos} />
        {content.photos.length < MOST_PHOTOS && <PhotoPicker icon="add_a_photo" label={t().addPhoto} class="quiet" />}
      </div>
      <Words content={content} fault={fault} />
      <Details content={content} />
      <label class="check">
        <input
          type="checkbox"
          checked={content.anonymous}
          onChange={({ currentTarget }) => fill({ anonymous: currentTarget.checked })}
        />
        <span>
          <strong>{t().anonymous}</strong>
          <br />
          <span class="muted small">{t().anonymousWhy}</span>
        </span>
      </label>
    </Screen>
  );
}

/** The problem and its place, with what the city promises and, in an emergency, whom to telephone. */
function Summary({ content, goTo }: { content: Content; goTo: (step: Step) => void }) {
  const category = categoryOf(content.category?.code);
  const numbers = emergencyNumbers(category?.hint ?? "");
  return (
    <section class="card stack summary">
      <div class="line">
        {category && <CategoryIcon icon={category.icon} colour={category.colour} />}
        <strong>{category?.name ?? content.category?.name ?? t().categoryMissing}</strong>
        <button type="button" class="button plain" aria-label={t().changeCategory} onClick={() => goTo("kategori")}>
          {t().change}
        </button>
      </div>
      <div class="line">
        <span class="place-icon">
          <Icon name="location_on" />
        </span>
        <strong>{content.place ? (content.place.kelurahan?.name ?? t().withoutKelurahan) : t().placeMissing}</strong>
        <button type="button" class="button plain" aria-label={t().changePlace} onClick={() => goTo("tempat")}>
          {t().change}
        </button>
      </div>
      {numbers.length > 0 && (
        <div class="call stack">
          <p>{t().callFirst}</p>
          {numbers.map((number) => (
            <a key={number} class="button danger large" href={`tel:${number}`}>
              <Icon name="call" />
              {t().call(number)}
            </a>
          ))}
        </div>
      )}
      {category && (
        <p class="muted small row promise">
          <Icon name="timer" />
          <span>{promiseWords(category.responseTargetMinutes, category.hours)}</span>
        </p>
      )}
    </section>
  );
}

function Words({ content, fault }: { content: Content; fault: (field: string) => string | undefined }) {
  const [hasAddress, setHasAddress] = useState(content.address !== "" || fault("address") !== undefined);
  const category = categoryOf(content.category?.code);
  const name = category?.name ?? content.category?.name ?? "";
  return (
    <div class="stack">
      <Field label={`${t().titleLabel} (${t().optional})`} error={fault("title")}>
        {(control) => (
          <input
            {...control}
            class="input"
            maxLength={150}
            autocomplete="off"
            placeholder={t().defaultTitle(name, content.place?.kelurahan?.name)}
            value={content.title}
            onInput={({ currentTarget }) => fill({ title: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={`${t().descriptionLabel} (${t().optional})`} hint={category?.hint} error={fault("description")}>
        {(control) => (
          <textarea
            {...control}
            class="input"
            maxLength={5000}
            rows={3}
            placeholder={t().defaultDescription(name)}
            value={content.description}
            onInput={({ currentTarget }) => fill({ description: currentTarget.value })}
          />
        )}
      </Field>
      {hasAddress ? (
        <Field label={`${t().addressLabel} (${t().optional})`} hint={t().addressHint} error={fault("address")}>
          {(control) => (
            <input
              {...control}
              class="input"
              maxLength={300}
              autocomplete="off"
              value={content.address}
              onInput={({ currentTarget }) => fill({ address: currentTarget.value })}
            />
          )}
        </Field>
      ) : (
        <button type="button" class="button plain start" onClick={() => setHasAddress(true)}>
          <Icon name="add" />
          {t().addAddress}
        </button>
      )}
    </div>
  );
}

const TYPING = 600;

interface Detail {
  kind: keyof ReturnType<typeof t>["detailKinds"];
  text: string;
}

/** Personal details in the words, and the offer to mask them. The words go by POST: addresses are logged. */
function Details({ content }: { content: Content }) {
  const [found, setFound] = useState<readonly Detail[]>([]);
  const text = [content.title, content.description, content.address].join("\n").slice(0, 5000);
  useEffect(() => {
    if (text.trim() === "") return setFound([]);
    let isOld = false;
    const timer = setTimeout(() => {
      void client
        .peek()
        .query(FIND_DETAILS, { text }, { preferGetMethod: false, requestPolicy: "network-only" })
        .toPromise()
        .then(({ data }) => {
          if (!isOld && data) setFound(data.personalDetails);
        });
    }, TYPING);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [text]);
  return (
    <div aria-live="polite">
      {found.length > 0 && (
        <div class="card details">
          <p>{t().detailsFound}</p>
          <ul>
            {found.map((detail, index) => (
              <li key={index}>
                {t().detailKinds[detail.kind]}: <strong>{detail.text}</strong>
              </li>
            ))}
          </ul>
          <label class="check">
            <input
              type="checkbox"
              checked={content.mask}
              onChange={({ currentTarget }) => fill({ mask: currentTarget.checked })}
            />
            <span>{t().maskDetails}</span>
          </label>
        </div>
      )}
    </div>
  );
}
