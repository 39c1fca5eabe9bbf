import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { buildSchema, Kind, parse, validate, type DocumentNode } from "graphql";
import { runnerImport, type Plugin } from "vite";
import { textOf } from "../src/api/text.ts";

const SCHEMA = "../../schema/schema.graphql";

/**
 * Write `documents.json`: the text of each operation of the pages, by its SHA-256, as the pages send it. A city that
 * executes only trusted documents trusts these. The build fails when the schema does not allow one.
 */
export function documentList(): Plugin {
  return {
    name: "document-list",
    enforce: "post",
    async writeBundle({ dir }) {
      const texts = (await Promise.all(documentFiles().map(operations))).flat();
      requireValid(texts);
      const byHash = texts.map((text) => [createHash("sha256").update(text).digest("hex"), text] as const).sort();
      writeFileSync(`${dir}/documents.json`, `${JSON.stringify(Object.fromEntries(byHash), null, 1)}\n`);
    },
  };
}

function documentFiles(): string[] {
  return readdirSync("src", { recursive: true, encoding: "utf-8" })
    .filter((name) => /(^|\/)documents\.ts$/.test(name))
    .map((name) => `./src/${name}`);
}

async function operations(file: string): Promise<string[]> {
  const { module } = await runnerImport<Record<string, unknown>>(file);
  return Object.values(module)
    .filter(isOperation)
    .map((each) => textOf(each));
}

function isOperation(value: unknown): value is DocumentNode {
  const { definitions } = (value ?? {}) as Partial<DocumentNode>;
  return definitions?.some(({ kind }) => kind === Kind.OPERATION_DEFINITION) ?? false;
}

/** Types of variables are checked here: to TypeScript all scalars are strings. */
function requireValid(texts: readonly string[]): void {
  const schema = buildSchema(readFileSync(SCHEMA, "utf-8"));
  const faults = texts.flatMap((text) => validate(schema, parse(text)).map(({ message }) => `${message}\n${text}`));
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
