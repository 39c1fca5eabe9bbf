import type { Status } from "../../api/graphql";
import { words } from "../../texts/words";
import { StatusMark } from "../../ui/marks";

const STATUSES: readonly Status[] = ["WAITING", "IN_PROGRESS", "PROCESSED"];

/** The words for the colours on the map. */
export function Legend() {
  return (
    <ul class="legend small">
      {STATUSES.map((status) => (
        <li key={status}>
          <StatusMark status={status} />
          {words().statusShort[status]}
        </li>
      ))}
    </ul>
  );
}
