"""Manifests of trusted documents: the formats of the tools, and the faults that are found before a start."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from graphql import GraphQLArgument, get_named_type, is_leaf_type

from app.cli import main
from app.schema import make_schema
from app.trusted import ManifestError, read_manifest
from execution.trusted import UNKNOWN, hash_of
from web.screens import DOCUMENTS

CITIES = "{ cities { name } }"
APOLLO = {"format": "apollo-persisted-query-manifest", "version": 1}
OPERATION = {"id": "a1", "name": "Cities", "type": "query", "body": CITIES}


def written(folder: Path, *manifests: object) -> Path:
    """Write manifests into a folder, and return it."""
    for number, manifest in enumerate(manifests):
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        (folder / f"{number}.json").write_text(text, encoding="utf-8", errors="surrogatepass")
    return folder


def check(path: Path, **environment: str) -> Result:
    return CliRunner().invoke(main, ["documents", "check", str(path)], env=environment)


def test_each_id_its_hash_and_its_prefixed_hash_name_the_same_text(tmp_path: Path) -> None:
    clusters = "query K { categories { code } }"
    apollo = APOLLO | {"operations": [OPERATION], "unknown": True}
    codegen = {"k": clusters, f"sha256:{hash_of(CITIES)}": CITIES}
    manifest = read_manifest(written(tmp_path, codegen, apollo, {"a1": CITIES}))
    for text, names in ((CITIES, ["a1"]), (clusters, ["k"])):
        for name in (*names, hash_of(text), f"sha256:{hash_of(text)}"):
            assert manifest.text_of({"documentId": name}) == text
            assert manifest.text_of({"extensions": {"persistedQuery": {"sha256Hash": name}}}) == text
    assert manifest.text_of({"query": "{ a }", "documentId": "k"}) == "{ a }"
    assert manifest.text_of({"documentId": hash_of(CITIES).upper()}) == UNKNOWN
    assert manifest.text_of({"variables": {}}) is None


@pytest.mark.parametrize(
    ("manifests", "fault"),
    [
        ([], "it has no documents"),
        (["{}"], "it has no documents"),
        (["{"], "0.json: it is not JSON: "),
        (["\ud800"], "0.json: it is not JSON: "),
        (["[]"], "0.json: it must be a JSON object of the text of each document by its id"),
        ([{"a": 5}], "0.json: a: it must be"),
        ([{"": CITIES}], "0.json: : it must be"),
        ([{"a": {"body": CITIES}}], "0.json: a: it must be"),
        ([{"a": CITIES}, {"a": "{ categories { code } }"}], "1.json: a: another document has this id"),
        ([{f"sha256:{'0' * 64}": CITIES}], ": its text has another SHA-256"),
        ([APOLLO], "0.json: it must be"),
        ([APOLLO | {"version": 2, "operations": [OPERATION]}], "0.json: it must be"),
        ([APOLLO | {"operations": [OPERATION, 5]}], "0.json: each of `operations` must be an object"),
        ([APOLLO | {"operations": [{"id": "a1"}]}], "0.json: a1: it must be"),
        ([{"format": "lain"}], "0.json: it must be"),
    ],
)
def test_file_that_is_no_manifest_is_named_in_one_line(tmp_path: Path, manifests: list[object], fault: str) -> None:
    with pytest.raises(ManifestError) as raised:
        read_manifest(written(tmp_path, *manifests))
    assert fault in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    result = check(tmp_path)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"Error: {raised.value}\n")


def test_check_names_each_fault_with_its_document_and_line(tmp_path: Path) -> None:
    wide = " ".join(f"f{number}: cities {{ kecamatan {{ kelurahan {{ name }} }} }}" for number in range(260))
    dear = "{ reports(first: 100) { edges { node { timeline(first: 100) { edges { node { kind } } } } } } }"
    chain = " ".join(f"fragment F{number} on City {{ ...F{number + 1} }}" for number in range(400))
    twice = 'signIn(email: "a", password: "b") { errors { code } }'
    faults = {
        "rusak": "{\n  cities {",
        "kosong": "",
        "fragmen": "fragment F on City { name }",
        "salah": "query Q($n: Int!) {\n  cities { nama }\n  reports(first: $m) { edges { cursor } }\n}",
        "mahal": f"query A {CITIES}\nquery B {dear}",
        "siaran": "subscription { reportFeed { report { timeline { edges { node { kind } } } } } }",
        "lebar": f"{{ {wide} }}",
        "dua": f"mutation {{ a: {twice} b: {twice} }}",
        "panjang": f"{{ {'__typename ' * 4_100} }}",
        "besar": f"{CITIES} # {'x' * 100_000}",
        "dalam": f"{{ cities {{ ...F0 }} }} {chain} fragment F400 on City {{ name }}",
    }
    result = check(written(tmp_path, faults | {"baik": CITIES}), MAX_EVENT_COST="60")
    assert result.stdout.splitlines() == [
        "rusak, line 2: Syntax Error: Expected Name, found <EOF>.",
        "kosong, line 1: Syntax Error: Unexpected <EOF>.",
        "fragmen, line 1: Fragment 'F' is never used.",
        "salah, line 3: Variable '$m' is not defined by operation 'Q'.",
        "salah, line 1: Variable '$n' is never used in operation 'Q'.",
        "salah, line 2: Cannot query field 'nama' on type 'City'. Did you mean 'name'?",
        "mahal, line 2: The operation costs 31916; the limit is 25000.",
        "siaran, line 1: The operation costs 258; the limit is 60.",
        "lebar, line 1: The operation selects more than 1000 fields, or has more than 20 levels.",
        "dua, line 1: A document may have `signIn` only once.",
        "panjang, line 1: Syntax Error: Document contains more than 4000 tokens. Parsing aborted.",
        "besar, line 1: The document has 100022 characters, of at most 100000. Send long texts as variables.",
        "dalam, line 1: Validation aborted.",
    ]
    assert (result.exit_code, result.stderr) == (1, f"Error: {tmp_path}: 13 faults in 12 documents\n")


def test_document_with_a_variable_for_every_argument_can_be_checked(tmp_path: Path) -> None:
    schema = make_schema()._schema
    documents = {}
    for kind in filter(None, (schema.query_type, schema.mutation_type, schema.subscription_type)):
        for name, field in kind.fields.items():
            variables = ", ".join(f"${each}: {of_argument(argument)}" for each, argument in field.args.items())
            given = ", ".join(f"{each}: ${each}" for each in field.args)
            below = "" if is_leaf_type(get_named_type(field.type)) else "{ __typename }"
            declared, sent = (f"({variables})", f"({given})") if variables else ("", "")
            documents[name] = f"{kind.name.lower()} Q{declared} {{ {name}{sent} {below} }}"
    result = check(written(tmp_path, documents))
    assert (result.exit_code, result.output, result.exception) == (0, "", None)


def of_argument(argument: GraphQLArgument) -> str:
    """Return the type of a variable for an argument, which may not be null: it has to be invented."""
    return f"{str(argument.type).removesuffix('!')}!"


def test_server_does_not_start_with_a_fault_in_its_manifest(tmp_path: Path) -> None:
    folder = written(tmp_path, {"salah": "{ nama }"})
    result = CliRunner().invoke(main, ["serve"], env={"TRUSTED_DOCUMENTS": str(folder), "MEDIA_DIR": str(tmp_path)})
    assert result.stdout == "salah, line 1: Cannot query field 'nama' on type 'Query'.\n"
    number = 1 + len(json.loads(DOCUMENTS.read_text(encoding="utf-8")))
    assert result.stderr == f"Error: TRUSTED_DOCUMENTS: 1 faults in {number} documents\n"
    missing = CliRunner().invoke(main, ["serve"], env={"TRUSTED_DOCUMENTS": f"{folder}/tidak-ada.json"})
    assert missing.stderr == (
        f"Error: TRUSTED_DOCUMENTS: {folder}/tidak-ada.json cannot be read: No such file or directory\n"
    )
