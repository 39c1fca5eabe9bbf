// Artifacts as relay-compiler writes them, for the few documents of the tests: its package has 43 MB.
import { Kind, parse, print, valueFromASTUntyped, visit } from "graphql";

const LISTS = new Set(["edges", "errors"]);
const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/** Return the artifact of a document without fragments but inline ones. */
export function artifact(text) {
  const document = visit(parse(text), {
    SelectionSet: (node, _key, parent) =>
      parent.kind === Kind.OPERATION_DEFINITION ? undefined : { ...node, selections: [TYPENAME, ...node.selections] },
  });
  const [{ operation, variableDefinitions, selectionSet }] = document.definitions;
  const argumentDefinitions = variableDefinitions.map(({ variable }) => ({
    kind: "LocalArgument",
    name: variable.name.value,
    defaultValue: null,
  }));
  const own = { name: "Tested", argumentDefinitions, selections: fields(selectionSet) };
  return {
    kind: "Request",
    fragment: { kind: "Fragment", metadata: null, type: "Query", abstractKey: null, ...own },
    operation: { kind: "Operation", ...own },
    params: { id: null, cacheID: text, metadata: {}, name: "Tested", operationKind: operation, text: print(document) },
  };
}

function fields({ selections }) {
  return selections.flatMap((node) => (node.kind === Kind.INLINE_FRAGMENT ? fields(node.selectionSet) : [field(node)]));
}

function field({ name: { value: name }, arguments: given = [], selectionSet }) {
  const args = given.map(({ name, value }) =>
    value.kind === Kind.VARIABLE
      ? { kind: "Variable", name: name.value, variableName: value.name.value }
      : { kind: "Literal", name: name.value, value: valueFromASTUntyped(value) },
  );
  const common = { name, alias: null, args: args.length > 0 ? args : null, storageKey: null };
  if (!selectionSet) return { kind: "ScalarField", ...common };
  const plural = LISTS.has(name);
  return { kind: "LinkedField", ...common, concreteType: null, plural, selections: fields(selectionSet) };
}
