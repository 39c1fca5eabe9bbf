import type { Problem } from "../../api/hooks";
import { words } from "../../texts/words";

/** The words of a problem for a person. */
export const problemWords = ({ code, message }: Problem): string =>
  code === "UNREACHABLE" ? words().unreachable : message;

/** The problem of a field, in words. */
export function problemAt(problems: readonly Problem[], field: string): string | undefined {
  const found = problems.find((problem) => problem.field === field);
  return found && problemWords(found);
}

/** The problems that are of none of these fields, in words: they stand beside the button. */
export const otherProblems = (problems: readonly Problem[], fields: readonly string[]): string[] =>
  problems.filter(({ field }) => field === undefined || !fields.includes(field)).map(problemWords);
