// Types under `strict`. docs/recipes.md shows this file, and test_recipes.py compiles it.
import type { Client } from "@urql/core";
import { initGraphQLTada, type ResultOf, type VariablesOf } from "gql.tada";
import type { introspection } from "./graphql-env";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Date: string; URL: string };
}>();

const NEAREST = graphql(`
  query ($filter: ReportFilter, $last: Int) {
    reports(filter: $filter, last: $last) {
      edges { node { id version status submittedAt respondedAt handler { __typename ... on Agency { code } } } }
    }
  }
`);

/** Return the minutes in which each of the newest reports was answered. */
export async function minutes(client: Client, variables: VariablesOf<typeof NEAREST>): Promise<number[]> {
  const { data } = await client.query(NEAREST, variables);
  return (data?.reports.edges ?? []).flatMap(({ node }) =>
    node.respondedAt === null ? [] : [(Date.parse(node.respondedAt) - Date.parse(node.submittedAt)) / 60_000],
  );
}

/** Return the words for a status. A status that is added to the schema later is shown by its name. */
export function words(status: Report["status"]): string {
  switch (status) {
    case "WAITING":
      return "Menunggu";
    case "IN_PROGRESS":
      return "Sedang ditindaklanjuti";
    case "PROCESSED":
      return "Sudah diproses";
    default:
      return status satisfies never;
  }
}

type Report = ResultOf<typeof NEAREST>["reports"]["edges"][number]["node"];
