import { useState } from "preact/hooks";
import { StatusBadge } from "../ui/marks";
import { CategoryIcon, Icon } from "../ui/Icon";
import { Ago } from "../ui/parts";
import type { Nearby } from "./documents";
import { alike, support, supporting } from "./flow";
import type { KeptReport } from "./machine";
import { Screen } from "./Screen";
import { SignInHere } from "./SignInHere";
import { t } from "./texts";

/** The step in between: what others have reported here, to support instead. */
export function NearbyStep({ report, onward }: { report: KeptReport; onward: () => void }) {
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState<string>();
  const wanted = supporting.value;
  const press = async (chosen: Nearby["report"]) => {
    setBusy(chosen.id);
    setRefused(await support(chosen));
    setBusy(undefined);
  };
  if (wanted)
    return (
      <SignInHere
        why={t().supportSignInWhy}
        send={{ signUp: t().signUpToSupport, signIn: t().signInToSupport }}
        onDone={() => void support(wanted)}
        onBack={() => (supporting.value = undefined)}
      />
    );
  return (
    <Screen
      title={t().nearbyTitle}
      lead={t().nearbyWhy}
      footer={
        <button type="button" class="button quiet large wide" onClick={onward}>
          {t().noneOfThese}
        </button>
      }
    >
      {refused && (
        <p class="error" role="alert">
          {refused}
        </p>
      )}
      <ul class="stack">
        {alike(report.content.category?.code).map(({ report: each, distanceMetres }) => (
          <li key={each.id} class="card near">
            {each.photos[0] ? (
              <img src={each.photos[0].thumbnailUrl} alt="" width="88" height="88" loading="lazy" />
            ) : (
              <span class="no-photo">
                <CategoryIcon icon={each.category.icon} colour={each.category.colour} />
              </span>
            )}
            <div class="stack about">
              <h2>{each.title}</h2>
              <p class="row small">
                <StatusBadge status={each.status} short />
                <span class="muted">
                  {t().metres(Math.round(distanceMetres))} · <Ago at={each.submittedAt} />
                  {each.supportCount > 0 && ` · ${t().supporters(each.supportCount)}`}
                </span>
              </p>
            </div>
            <Answer each={each} isBusy={busy === each.id} press={() => void press(each)} />
          </li>
        ))}
      </ul>
    </Screen>
  );
}

function Answer({ each, isBusy, press }: { each: Nearby["report"]; isBusy: boolean; press: () => void }) {
  const own = each.viewerIsReporter ? t().yours : each.viewerHasSupported ? t().supportingThis : undefined;
  if (own)
    return (
      <a class="button quiet wide" href={`/laporan/${each.number}`}>
        {own}
        <Icon name="chevron_right" />
      </a>
    );
  return (
    <button type="button" class="button wide" disabled={isBusy} onClick={press}>
      <Icon name="thumb_up" />
      {t().supportThis}
    </button>
  );
}
