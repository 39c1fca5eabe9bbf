import { effect } from "@preact/signals";
import { pipe, subscribe } from "wonka";
import { client } from "../api/client";
import { act } from "../api/hooks";
import { session } from "../api/session";
import { resolutionWords, statusWords } from "../texts/words";
import { newestNews, unreadCount } from "./counts";
import { MARK_NEWS_READ, NEWS_CHANGED, type NewsItem } from "./documents";
import { t } from "./texts";

let isFollowing = false;

/** Keep `unreadCount` and `newestNews` current while somebody is signed in. Once in a page. */
export function followNews(): void {
  if (isFollowing) return;
  isFollowing = true;
  effect(() => {
    unreadCount.value = 0;
    newestNews.value = undefined;
    if (!session.signedIn.value) return;
    const changes = client.value.subscription(NEWS_CHANGED, {});
    const following = pipe(
      changes,
      subscribe(({ data }) => {
        if (!data) return;
        unreadCount.value = data.newsChanged.unreadCount;
        newestNews.value = data.newsChanged.latest?.id;
      }),
    );
    return () => following.unsubscribe();
  });
}

/** Mark the news as read, on all devices, up to the newest one that is shown. */
export async function markRead(news: readonly NewsItem[]): Promise<void> {
  const [newest] = news;
  if (newest && unreadCount.peek() > 0) await act(MARK_NEWS_READ, { upTo: newest.cursor });
}

/** A piece of news in words, and the words of the one who acted. */
export function newsWords({ kind, actor, toStatus, resolution, toHandler, note, comment }: NewsItem) {
  const { kinds } = t();
  const to = toHandler?.name ?? t().someone;
  const says = (): string => {
    switch (kind) {
      case "STATUS_CHANGED":
        if (resolution) return kinds.status(actor, resolutionWords(resolution));
        return toStatus ? kinds.status(actor, statusWords(toStatus)) : kinds.other;
      case "REOPENED":
        return kinds.reopened(actor);
      case "ASSIGNED":
        return kinds.assigned(to);
      case "TRANSFERRED":
        return kinds.transferred(to);
      case "RECATEGORISED":
        return kinds.recategorised;
      case "MOVED":
        return kinds.moved;
      case "COMMENTED":
        return kinds.commented(actor);
      case "HIDDEN":
        return kinds.hidden;
      case "UNHIDDEN":
        return kinds.unhidden;
      default:
        return kinds.other;
    }
  };
  return { says: says(), quote: comment?.body ?? note ?? undefined };
}
