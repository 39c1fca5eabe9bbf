import { useId, useState } from "preact/hooks";
import type { ResultOf } from "../api/graphql";
import { useLoad } from "../api/hooks";
import { Icon } from "../ui/Icon";
import { Failed } from "../ui/parts";
import { FIND_KELURAHAN } from "./documents";
import { t } from "./texts";
import { useSettled } from "./useSettled";
import "./KelurahanSearch.css";

export type FoundKelurahan = ResultOf<typeof FIND_KELURAHAN>["kelurahans"]["edges"][number]["node"];

interface KelurahanSearchProps {
  /** Somebody chose one. Without it each leads to its page. */
  onChoose?: (kelurahan: FoundKelurahan) => void;
}

/** Find a kelurahan by its name. */
export function KelurahanSearch({ onChoose }: KelurahanSearchProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim());
  return (
    <div class="stack">
      <div class="field">
        <label for={id}>{t().findKelurahan}</label>
        <input
          id={id}
          class="input"
          type="search"
          autocomplete="off"
          placeholder={t().findKelurahanHint}
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </div>
      <div role="status">
        {search && <FoundKelurahans search={search} first={10} {...(onChoose && { onChoose })} />}
      </div>
    </div>
  );
}

interface FoundProps extends KelurahanSearchProps {
  search: string;
  first: number;
  /** Show nothing at all if there is none. */
  quiet?: boolean;
}

/** The kelurahan with a name, best match first. */
export function FoundKelurahans({ search, first, onChoose, quiet }: FoundProps) {
  const { data, failed, reload } = useLoad(FIND_KELURAHAN, { search, first });
  if (failed) return <Failed again={reload} />;
  const found = data?.kelurahans.edges.map(({ node }) => node);
  if (found?.length === 0) return quiet ? null : <p class="muted">{t().noKelurahan(search)}</p>;
  return (
    <ul class="kelurahan-list">
      {found?.map((each) => {
        const words = (
          <>
            <Icon name="location_on" />
            <span>
              <strong>{each.name}</strong>
              <span class="small muted">{t().inKecamatan(each.kecamatan.name, each.city.name)}</span>
            </span>
          </>
        );
        return (
          <li key={each.id}>
            {onChoose ? (
              <button type="button" onClick={() => onChoose(each)}>
                {words}
              </button>
            ) : (
              <a href={`/kelurahan/${each.code}`}>{words}</a>
            )}
          </li>
        );
      })}
    </ul>
  );
}
