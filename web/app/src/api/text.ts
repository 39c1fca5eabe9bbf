import { formatDocument, stringifyDocument } from "@urql/core";

/** Return the text of a document as the client sends it, with `__typename` on every object. */
export function textOf(document: { readonly kind: string }): string {
  // graphql and @urql/core write down the same optional properties in two ways.
  const formatted: unknown = formatDocument(document as Parameters<typeof formatDocument>[0]);
  return stringifyDocument(formatted as string);
}
