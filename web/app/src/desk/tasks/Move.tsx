import { useState } from "preact/hooks";
import { CityMap, type Point } from "../../map";
import { Dialog } from "../../ui/parts";
import { say } from "../../ui/toasts";
import { moveTo, perform, type Refusal } from "./acts";
import type { Row } from "./documents";
import { Refused } from "./Refused";
import { useWork } from "./state";
import { t } from "./texts";

/** Correct the place of a report on the map. */
export function Move({ id, onClose }: { id: string; onClose: () => void }) {
  const work = useWork();
  const [row] = useState(() => work.newest(id) as Row);
  const [focus] = useState({ at: row.location, zoom: 16 });
  const [place, setPlace] = useState<Point>(row.location);
  const [refusal, setRefusal] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const refused = await perform(work, id, { location: place }, moveTo(id, place));
    setBusy(false);
    setRefusal(refused);
    if (refused) return;
    say(t().moved(row.number));
    onClose();
  };
  return (
    <Dialog title={t().moveTitle(row.number)} onClose={onClose}>
      <div class="stack">
        <p>{t().moveHint}</p>
        <div class="work-move">
          <CityMap
            label={t().moveHint}
            focus={focus}
            pin={place}
            outlined={row.kelurahan.code}
            onPlace={({ latitude, longitude }) => setPlace({ latitude, longitude })}
          />
        </div>
        {refusal && <Refused refusal={refusal} />}
        <button type="button" class="button" disabled={isBusy || place === row.location} onClick={() => void send()}>
          {t().moveNow}
        </button>
      </div>
    </Dialog>
  );
}
