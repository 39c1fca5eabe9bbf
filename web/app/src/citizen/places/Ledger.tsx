import { useEffect, useState } from "preact/hooks";
import type { EnumOf } from "../../api/graphql";
import { useLoad } from "../../api/hooks";
import { formatNumber } from "../../texts/format";
import { words } from "../../texts/words";
import { Ago, Failed, Skeletons } from "../../ui/parts";
import { LEDGER } from "./documents";
import { t } from "./texts";

const PAGE = 20;
const MOST = 100;

interface LedgerProps {
  code: string;
  period: EnumOf<"Period">;
  /** Rises when something has changed in the kelurahan. */
  changes: number;
}

/** The ledger of a kelurahan in words: why it has these points. */
export function Ledger({ code, period, changes }: LedgerProps) {
  const [first, setFirst] = useState(PAGE);
  const { data, failed, reload } = useLoad(LEDGER, { code, period, first });
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes]);
  const points = data?.kelurahan?.points;
  return (
    <section class="place-ledger stack">
      <div>
        <h2>{t().ledger}</h2>
        <p class="small muted">{t().ledgerHint}</p>
      </div>
      {failed && <Failed again={reload} />}
      {!data && !failed && <Skeletons count={4} height="4rem" />}
      {points?.edges.length === 0 && <p class="muted">{t().noEntries}</p>}
      <ul class="ledger">
        {points?.edges.map(({ node }) => (
          <li key={node.id} class={node.waived ? "waived" : undefined}>
            <strong class="number">
              {node.points > 0 ? `+${formatNumber(node.points)}` : formatNumber(node.points)}
            </strong>
            <div>
              <p>{node.reason}</p>
              {node.note && <p class="small">{node.note}</p>}
              {node.waived && <p class="small muted">{t().waived}</p>}
              <p class="small muted">
                {node.report && (
                  <>
                    <a href={`/laporan/${node.report.number}`}>{node.report.title}</a> ·{" "}
                  </>
                )}
                <Ago at={node.at} />
              </p>
            </div>
          </li>
        ))}
      </ul>
      {points?.pageInfo.hasNextPage && first < MOST && (
        <button type="button" class="button quiet wide" onClick={() => setFirst(first + PAGE)}>
          {words().more}
        </button>
      )}
    </section>
  );
}
