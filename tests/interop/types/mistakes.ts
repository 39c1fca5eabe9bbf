// Mistakes that the types of a client find: test_recipes.py compiles this file, and fails if one of them is not found.
import type { ResultOf, VariablesOf } from "gql.tada";
import { graphql } from "./reports";

const REPORT = graphql(`
  query ($id: ID!, $on: Date) {
    node(id: $id) { ... on Report { submittedAt respondedAt handler { __typename ... on Agency { code } } } }
    kelurahan(code: "Gambir") { scorecard(on: $on) { satisfaction } }
  }
`);
type Report = Extract<ResultOf<typeof REPORT>["node"], { submittedAt: unknown }>;

// @ts-expect-error: the id is required
export const withoutId: VariablesOf<typeof REPORT> = {};
// @ts-expect-error: a day is written as text
export const wrongDay: VariablesOf<typeof REPORT> = { id: "x", on: new Date() };

export function mistakes(report: Report, found: ResultOf<typeof REPORT>): void {
  const submitted: string = report.submittedAt;
  // @ts-expect-error: it may not be answered yet
  const responded: string = report.respondedAt;
  // @ts-expect-error: only agencies select their code
  const code: string = report.handler.code;
  // @ts-expect-error: there may be no such kelurahan
  const { scorecard } = found.kelurahan;
  console.log(submitted, responded, code, scorecard);
}
