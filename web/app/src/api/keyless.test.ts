import { readFileSync } from "node:fs";
import { buildSchema, isObjectType } from "graphql";
import { expect, test } from "vitest";
import { keyless } from "./keyless";

const schema = buildSchema(readFileSync("../../schema/schema.graphql", "utf-8"));
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

test("keyless has exactly the types without an id", () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith("__") && !roots.includes(type) && !("id" in type.getFields()),
  );
  expect([...keyless].sort()).toEqual(types.map((type) => type.name).sort());
});
