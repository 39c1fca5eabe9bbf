import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useEffect, useState } from "preact/hooks";
import { client } from "../../api/client";
import { useLoad } from "../../api/hooks";

/** A page of a list, as every connection of the API has it. */
export interface PageOf<Node> {
  edges: readonly { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Pages<Data, Node> {
  /** The first page as it was loaded. */
  data: Data | undefined;
  /** The rows of all pages that have been loaded. Undefined: not yet. */
  rows: readonly Node[] | undefined;
  /** Load the next page; undefined when there is none, or it is on its way. */
  more: (() => void) | undefined;
  failed: boolean;
  loading: boolean;
  reload: () => void;
}

interface Further<Node> {
  after: string;
  pages: readonly PageOf<Node>[];
}

/**
 * Load a list page by page; null variables: not yet. The first page follows the cache, the further ones are appended,
 * by themselves until there are `eager` rows. They start again when the variables or the end of the first page change.
 */
export function usePages<Data, Variables extends AnyVariables & { after?: string | null }, Node>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after"> | null,
  pick: (data: Data) => PageOf<Node> | null | undefined,
  eager = 0,
): Pages<Data, Node> {
  const { data, failed, loading, reload } = useLoad(document, variables as Variables | null);
  const [further, setFurther] = useState<Further<Node>>();
  const [busy, setBusy] = useState(false);
  const [broken, setBroken] = useState(false);
  const first = data && pick(data);
  const start = `${JSON.stringify(variables)} ${first?.pageInfo.endCursor ?? ""}`;
  const pages = further?.after === start ? further.pages : [];
  const last = pages.at(-1) ?? first;
  const next = last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null;
  const rows = first && [first, ...pages].flatMap(({ edges }) => edges.map(({ node }) => node));

  const more = async () => {
    setBusy(true);
    const options = { requestPolicy: "network-only" } as const;
    const result = await client
      .peek()
      .query(document, { ...variables, after: next } as Variables, options)
      .toPromise();
    const page = result.data && pick(result.data);
    setBusy(false);
    setBroken(!page);
    if (page) setFurther({ after: start, pages: [...pages, page] });
  };
  const goesOn = next !== null && !busy;
  const isEager = goesOn && !broken && (rows?.length ?? 0) < eager;
  useEffect(() => {
    if (isEager) void more();
  }, [isEager, next]);

  return {
    data,
    rows: rows ?? undefined,
    more: goesOn ? () => void more() : undefined,
    failed,
    loading: loading || busy,
    reload: () => {
      setFurther(undefined);
      reload();
    },
  };
}
