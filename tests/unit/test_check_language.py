from pathlib import Path

import pytest

from tools.check_language import check, main

# language-check: off


def texts(path: str, text: str) -> list[str]:
    return [finding.text for finding in check(path, text)]


def kinds(path: str, text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.kind) for finding in check(path, text)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "# counted anew\n"),
        ("a.py", "def f():\n    '''Return what\n\n    so\n    many are.'''\n"),
        ("a.py", "raise ValueError(f'{1} is none of ours')\n"),
        ("a.py", "hand_out = 1\n"),
        ("a.py", "class MendedThing: ...\n"),
        ("a.toml", "a = 1 # rings the bell\n"),
        ("a.md", "The people are\ntold of it.\n"),
        ("schema/schema.graphql", '"""A wish."""\ntype A\n'),
    ],
)
def test_banned_word_is_found_in_every_kind_of_text(path: str, text: str) -> None:
    found = kinds(path, text)

    assert {kind for _, kind in found} == {"banned word"}


def test_finding_names_the_word_and_the_plain_one() -> None:
    assert texts("a.py", "x = 1\n# done anew\n") == ['"anew": write "again"']


def test_likewise_is_no_reason_for_an_ignored_rule() -> None:
    assert kinds("a.py", "x = 1  # noqa: A001 # likewise\n") == [(1, "banned word")]
    assert kinds("a.toml", 'a = [\n  "D104", # likewise a package\'s\n]\n') == [(2, "banned word")]
    assert kinds("a.py", "# Rows are read likewise.\n") == []


def test_words_that_only_contain_a_banned_one_pass() -> None:
    assert kinds("a.py", "# recommend, string, belief, is None, so long as it runs\nstring = 1\n") == []


def test_line_of_a_finding_inside_a_docstring_is_its_own() -> None:
    assert kinds("a.py", '"""A module.\n\nIt is done\nanew."""\n') == [(4, "banned word")]


@pytest.mark.parametrize(
    "text",
    [
        '"""What a module does."""\n',
        'class A:\n    """Who may do it."""\n',
        'async def f():\n    """If it is so."""\n',
        'LIMIT = 3\n"""How many there are."""\n',
        'x = field(description="Whose report it is.")\n',
        'x = field(description=f"When {y} ends.")\n',
    ],
)
def test_docstring_and_description_do_not_begin_with_a_clause(text: str) -> None:
    assert [kind for _, kind in kinds("a.py", text)] == ["clause at the start"]


def test_description_in_the_printed_schema_does_not_begin_with_a_clause() -> None:
    text = 'type A {\n  """\n  Where it is.\n  """\n  a: Int\n\n  """Whether it is."""\n  b: Int\n}\n'

    assert kinds("schema/schema.graphql", text) == [(3, "clause at the start")]


def test_name_of_a_test_has_at_most_70_characters() -> None:
    fits, long = "test_" + "a" * 65, "test_" + "a" * 66
    text = f"def {fits}(): ...\nasync def {long}(): ...\n"

    assert kinds("tests/unit/test_a.py", text) == [(2, "long test name")]
    assert kinds("app/a.py", text) == []


def test_markdown_line_has_at_most_120_characters() -> None:
    long = "a " * 61
    table, code, link = f"| {long} |", f"```\n{long}\n```", f"- [a](https://example.org/{'a' * 120})"
    text = "\n".join((long, table, code, link, "a " * 59))

    assert kinds("a.md", text) == [(1, "long Markdown line")]


def test_region_that_is_switched_off_is_not_checked() -> None:
    off, on = "<!-- language-check: off -->", "<!-- language-check: on -->"
    text = "\n".join(("anew", off, "anew", "a " * 61, on, "told"))

    assert [line for line, _ in kinds("a.md", text)] == [1, 6]


def test_program_fails_on_findings_and_counts_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean, unclear = tmp_path / "clean.py", tmp_path / "unclear.py"
    clean.write_text('"""Rules of a report."""\n', encoding="utf-8")
    unclear.write_text('"""What is done anew."""\n', encoding="utf-8")

    assert main([str(clean)]) == 0
    assert capsys.readouterr().out == "plain English\n"
    assert main([str(unclear)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "banned word: 1; clause at the start: 1"
    assert lines[0].startswith(f"{unclear}:1: ")
