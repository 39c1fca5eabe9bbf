import type { AnyVariables, OperationResult, TypedDocumentNode } from "@urql/core";
import { useQuery, useSubscription } from "@urql/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ErrorCode } from "./graphql";
import { client } from "./client";

export interface Loaded<Data> {
  data: Data | undefined;
  /** Nothing could be loaded, and nothing is shown from before. */
  failed: boolean;
  loading: boolean;
  /** Load it again from the service, for example after an event that changes a list. */
  reload: () => void;
}

/** Load a query; null variables: not yet. What is in the cache shows at once, and the service is asked as well. */
export function useLoad<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables | null,
): Loaded<Data> {
  const [state, execute] = useQuery<Data, Variables>({
    query,
    variables: (variables ?? {}) as Variables,
    pause: variables === null,
    requestPolicy: "cache-and-network",
  } as Parameters<typeof useQuery<Data, Variables>>[0]);
  const reload = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  const failed = state.error !== undefined && state.data === undefined;
  return { data: state.data, failed, loading: state.fetching, reload };
}

/** Milliseconds until a subscription that the service has ended begins again. */
const BEGIN_AGAIN = 5_000;

/**
 * Follow a subscription; null variables: not yet. `onEvent` gets each event once and in order, also those of an
 * interruption. Give `after` the cursor of what was loaded: it counts at the start only, so a list that is loaded again
 * does not begin the subscription again.
 *
 * When the service ends it with an error, for example since the city was restored from a backup and the cursor means
 * nothing any more, `reload` is called, and the subscription begins again from what is loaded then.
 */
export function useEvents<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables | null,
  onEvent: (data: Data) => void,
  reload?: () => void,
): void {
  const begun = useRef<{ key: string; variables: Variables }>(undefined);
  const [ended, setEnded] = useState(false);
  const latest = useRef({ onEvent, reload });
  latest.current = { onEvent, reload };
  const key = JSON.stringify({ ...variables, after: undefined });
  if (variables !== null && begun.current?.key !== key) begun.current = { key, variables };
  const [{ error }] = useSubscription<Data, void, Variables>(
    {
      query,
      variables: (variables === null ? {} : begun.current?.variables) as Variables,
      pause: variables === null || ended,
    } as Parameters<typeof useSubscription<Data, void, Variables>>[0],
    (_, data) => {
      latest.current.onEvent(data);
    },
  );
  useEffect(() => {
    if (!error || ended) return;
    setEnded(true);
    latest.current.reload?.();
  }, [error, ended]);
  useEffect(() => {
    if (!ended) return;
    const timer = setTimeout(() => {
      begun.current = undefined;
      setEnded(false);
    }, BEGIN_AGAIN);
    return () => clearTimeout(timer);
  }, [ended]);
}

/** Return `run`, called at most once in `milliseconds`: for a list that is loaded again when events come in crowds. */
export function useCalmly(run: () => void, milliseconds: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, milliseconds);
  }, [milliseconds]);
}

/** A refusal for a person: `field` is the last part of the path of the argument, if it is about one. */
export interface Problem {
  code: ErrorCode | "UNREACHABLE" | "REFUSED";
  message: string;
  field: string | undefined;
  /** With `RATE_LIMITED`: the seconds to wait, if the service says them. */
  retryAfter?: number;
}

export interface Outcome<Data> {
  data: Data | undefined;
  /** Empty: it was done. */
  problems: readonly Problem[];
}

type Payload = { errors?: readonly { code: ErrorCode; message: string; field: readonly string[] | null }[] } | null;

const ATTEMPTS = 4;

/** A key of an act: the act may then be sent again until its answer has come, and is done once. */
export function newKey(): string {
  // crypto.randomUUID exists on https and localhost only.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a mutation, and again when the connection was lost if it has an `idempotencyKey`.
 *
 * `UNREACHABLE`: no answer has come. `REFUSED`: an error of the whole request, such as a rate limit.
 */
export async function act<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Outcome<Data>> {
  const attempts = JSON.stringify(variables).includes('"idempotencyKey":"') ? ATTEMPTS : 1;
  let result: OperationResult<Data, Variables>;
  for (let attempt = 1; ; attempt++) {
    result = await client.peek().mutation(document, variables).toPromise();
    if (!isLost(result) || attempt >= attempts || !navigator.onLine) break;
    await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** (attempt - 1)));
  }
  return { data: result.data, problems: problemsOf(result) };
}

function isLost({ error, data }: OperationResult): boolean {
  return Boolean(error?.networkError) && !data;
}

function problemsOf(result: OperationResult): Problem[] {
  if (isLost(result)) return [{ code: "UNREACHABLE", message: "", field: undefined }];
  if (result.error) {
    const message = result.error.graphQLErrors[0]?.message ?? result.error.message;
    return [{ code: "REFUSED", message, field: undefined }];
  }
  const payloads = Object.values((result.data ?? {}) as Record<string, Payload>);
  const retryAfter = result.extensions?.["retryAfter"] as number | undefined;
  return payloads.flatMap((payload) =>
    (payload?.errors ?? []).map(({ code, message, field }) => ({
      code,
      message,
      field: field?.at(-1),
      ...(code === "RATE_LIMITED" && retryAfter && { retryAfter }),
    })),
  );
}
