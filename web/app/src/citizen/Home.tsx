import { useCalmly, useEvents, useLoad } from "../api/hooks";
import { CategoryIcon } from "../ui/Icon";
import { LiveBadge, StatusBadge } from "../ui/marks";
import { Ago, Failed, Skeletons } from "../ui/parts";
import { NEWEST_REPORTS, REPORT_FEED } from "./documents";
import { t } from "./texts";

/** The first view: the city as it is now. */
export function Home() {
  const { data, failed, reload } = useLoad(NEWEST_REPORTS, { first: 20 });
  const reloadCalmly = useCalmly(reload, 1000);
  useEvents(REPORT_FEED, data ? { after: data.reports.cursor } : null, reloadCalmly);
  return (
    <main id="content" class="page narrow stack">
      <div class="spread">
        <h1>{t().now}</h1>
        <LiveBadge />
      </div>
      {failed && <Failed again={reload} />}
      {!data && !failed && <Skeletons count={6} height="4rem" />}
      <ul class="stack">
        {data?.reports.edges.map(({ node }) => (
          <li key={node.id} class="card row">
            <CategoryIcon icon={node.category.icon} colour={node.category.colour} />
            <span class="clip">{node.title}</span>
            <StatusBadge status={node.status} />
            <span class="muted small">
              {node.kelurahan.name} · <Ago at={node.submittedAt} />
            </span>
          </li>
        ))}
      </ul>
    </main>
  );
}
