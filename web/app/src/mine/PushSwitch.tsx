import { useEffect, useState } from "preact/hooks";
import { Icon } from "../ui/Icon";
import { learnPush, push, startPush, stopPush } from "./push";
import { t } from "./texts";

/** The offer of notifications on this device, where they can be turned on and are not. */
export function PushOffer() {
  useEffect(() => void learnPush(), []);
  return push.value === "off" || push.value === "failed" ? <PushSwitch /> : null;
}

/** Turns notifications on this device on and off. */
export function PushSwitch() {
  const [isBusy, setBusy] = useState(false);
  const isOn = push.value === "on";
  const press = async () => {
    setBusy(true);
    await (isOn ? stopPush() : startPush());
    setBusy(false);
  };
  const says = { on: t().pushIsOn, denied: t().pushDenied, failed: t().pushFailed, off: t().pushWhy, impossible: "" };
  if (push.value === "impossible") return null;
  return (
    <section class="card push" aria-live="polite">
      <Icon name="notifications" />
      <div>
        <strong>{t().pushTitle}</strong>
        <p class="muted small">{says[push.value]}</p>
      </div>
      {push.value !== "denied" && (
        <button type="button" class={isOn ? "button quiet" : "button"} disabled={isBusy} onClick={() => void press()}>
          {isOn ? t().pushOff : t().pushOn}
        </button>
      )}
    </section>
  );
}
