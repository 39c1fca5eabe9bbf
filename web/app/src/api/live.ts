import { signal } from "@preact/signals";
import { createClient, type Client, type FormattedExecutionResult, type Sink } from "graphql-ws";
import { socketAddress } from "./address";
import { session } from "./session";

/** Whether live updates arrive: not asked for, being connected, live, or lost and being connected again. */
export type Connection = "idle" | "connecting" | "live" | "lost";

export const connection = signal<Connection>("idle");

/** Milliseconds between pings, and for which an answer is awaited. */
const PATIENCE = 15_000;
const LONGEST_WAIT = 30_000;

export interface Live extends Pick<Client, "subscribe"> {
  /** Replace the socket: another person has signed in, or the network is back. Subscriptions go on from their cursors. */
  renew(): void;
  /** End the socket and its subscriptions. */
  dispose(): void;
}

/**
 * Create the one socket for all subscriptions of a page. It opens with the first subscription, and reconnects by itself
 * for ever: docs/clients.md says why each option is not the default.
 */
export function connect(language: string): Live {
  let socket: WebSocket | undefined;
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const expectAnswer = () => {
    clearTimeout(unanswered);
    unanswered = setTimeout(renew, PATIENCE);
  };
  const client = createClient({
    url: socketAddress,
    connectionParams: async () => ({ authorization: await session.authorization(), acceptLanguage: language }),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: waitToReconnect,
    keepAlive: PATIENCE,
    on: {
      connecting: (isRetry) => {
        connection.value = isRetry ? "lost" : "connecting";
        expectAnswer();
      },
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      connected: () => {
        clearTimeout(unanswered);
        connection.value = "live";
      },
      ping: (received) => {
        if (!received) expectAnswer();
      },
      pong: (received) => {
        if (received) clearTimeout(unanswered);
      },
      closed: (event) => {
        clearTimeout(unanswered);
        const { code } = event as CloseEvent;
        connection.value = code === 1000 ? "idle" : "lost";
        if (code === 4403) session.refused();
      },
    },
  });

  function renew(): void {
    if (socket) socket.onmessage = null; // late messages of the old socket come again on the new one
    client.terminate();
  }
  return { subscribe: client.subscribe, renew, dispose: () => void client.dispose() };
}

/** Wait before an attempt to reconnect, at most until the network is back. */
function waitToReconnect(retries: number): Promise<void> {
  // Clients that lose a server together must not reconnect together.
  const spread = Math.min(2_000 * 2 ** retries, LONGEST_WAIT);
  return new Promise((resolve) => {
    const timer = setTimeout(done, 500 + Math.random() * spread);
    function done(): void {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
  });
}

type Operation = { query: string; variables?: Record<string, unknown> };
type WithCursor = Record<string, { cursor?: string }>;

/** Subscribe, and resume at the newest cursor after each reconnect. Returns a function that stops. */
export function resume(
  live: Live,
  { query, variables }: Operation,
  sink: Sink<FormattedExecutionResult<Record<string, unknown>, unknown>>,
): () => void {
  const resuming: Record<string, unknown> = { ...variables }; // graphql-ws sends this object again after each reconnect
  return live.subscribe<Record<string, unknown>>(
    { query, variables: resuming },
    {
      ...sink,
      next(result) {
        const cursor = result.data && Object.values(result.data as WithCursor)[0]?.cursor;
        if (cursor) resuming["after"] = cursor;
        sink.next(result);
      },
    },
  );
}
