import { initGraphQLTada } from "gql.tada";
import type { introspection } from "./graphql-env";

/**
 * Type a document by `schema/schema.graphql`. Fragments are passed as the second argument.
 *
 * Documents are in files `documents.ts`, have names, and select `id` on every type that has it and `version` on every
 * report, so that the cache can keep them apart and late answers are found.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Date: string; URL: string; JSON: unknown };
  disableMasking: true;
}>();

export type { FragmentOf, ResultOf, VariablesOf } from "gql.tada";

type Schema = introspection["types"];
/** The values of an enum of the schema. */
export type EnumOf<Name extends keyof Schema> = Schema[Name] extends { enumValues: infer Values } ? Values : never;

export type Status = EnumOf<"ReportStatus">;
export type ErrorCode = EnumOf<"ErrorCode">;
