"""Check that the code and the documents are written in plain technical English, as CONTRIBUTING.md asks.

It finds words with a plainer synonym, test names that are too long, docstrings and GraphQL descriptions that begin with
a clause, and Markdown lines that are too long. Lines between `language-check: off` and `language-check: on` (alone on
a line, as a comment) are not checked.

Run: python -m tools.check_language [FILE...]; without arguments it checks all tracked files. Exit status 1 on findings.
"""
# language-check: off

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MAX_TEST_NAME = 70
MAX_MARKDOWN_LINE = 120
SUFFIXES = {".py", ".md", ".toml"}
SCHEMA = "schema/schema.graphql"
SKIPPED = ("models/migrations/", "web/static/explorer/", "web/built/", "LICENSE")

PLAIN = {
    r"anew": "again",
    r"whoever|whomever": "anyone who",
    r"told": "notified, reported, given",
    r"so many|so much": "a number or its name",
    r"(?:for|of|as) so long|so long (?:after|before)": "the duration or its name",
    r"of none": "None if empty",
    r"what came of": "the result of",
    r"mend|mends|mended|mending": "repair, fix",
    r"wish|wishes|wished": "options, request",
    r"it is of": "it belongs to",
    r"hand out|hands out|handed out|handing out": "dispatch",
    r"at play": "simulated",
    r"doorbells?|bells?|ringing": "notification, notify",
    r"deaf": "disconnected",
    r"hearing": "connected, receiving",
    r"(?:lies?|lying) (?:in|on|at|by|within|outside|between|beside|next|under|below|above|behind)": "is",
    r"(?-i:is none of|that is none|which is none)": "does not exist, is invalid",
    r"nobody's": "of no one, unassigned",
    r"somebody's": "of a person",
    r"the like": "similar",
}
LIKEWISE = re.compile(r"(?:#|noqa\b.*|type: ignore\b.*)\s*likewise\b", re.IGNORECASE)
CLAUSE_START = re.compile(
    r"\s*(what|who|whom|whose|where|when|why|how|that|if|as|of|whatever|whoever|because|since|until)\b", re.IGNORECASE
)
BANNED = {re.compile(rf"\b(?:{words})\b".replace(" ", r"\s+"), re.IGNORECASE): plain for words, plain in PLAIN.items()}
WORD_BREAK = re.compile(r"_+|(?<=[a-z0-9])(?=[A-Z])")
MARKER = re.compile(r"\s*(?:#|<!--) language-check: (on|off)(?: -->)?\s*")
LONG_LINE_ALLOWED = re.compile(r"\s*(?:\||(?:[-*] )?(?:!?\[[^\]]*\]\(\S+\)|\[[^\]]+\]: \S+|<?https?://\S+>?)\s*$)")
DESCRIPTION = re.compile(r'^\s*"""\s*(?=\w)', re.MULTILINE)


class Finding(NamedTuple):
    """A violation: the line (from 1), the kind it is counted under, and what is wrong: what is right."""

    line: int
    kind: str
    text: str


def check(path: str, text: str) -> list[Finding]:
    """Return the findings in a file, in line order, without those in regions that are switched off."""
    if path.endswith(".py"):
        found = _check_python(path, text)
    elif path.endswith(".toml"):
        found = (finding for line, comment in _toml_comments(text) for finding in _check_comment(comment, line))
    else:
        found = _check_markdown(text) if path.endswith(".md") else _check_schema(text)
    checked = _checked_lines(text)
    return sorted({finding for finding in found if finding.line in checked})


def _check_python(path: str, text: str) -> Iterator[Finding]:
    names: dict[str, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from _check_comment(token.string, token.start[0])
        elif token.type == tokenize.NAME:
            names.setdefault(token.string, token.start[0])
    for name, line in names.items():
        yield from _check_words(WORD_BREAK.sub(" ", name), line, f" in {name}")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _check_words(node.value, node.lineno)
        elif isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg == "description"):
            yield from _check_start(node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and path.startswith("tests/"):
            yield from _check_test_name(node.name, node.lineno)


def _check_markdown(text: str) -> Iterator[Finding]:
    yield from _check_words(text, 1)
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        in_code ^= line.lstrip().startswith("```")
        if len(line) > MAX_MARKDOWN_LINE and not in_code and not LONG_LINE_ALLOWED.match(line):
            yield Finding(number, "long Markdown line", f"{len(line)} characters: wrap at {MAX_MARKDOWN_LINE}")


def _check_schema(text: str) -> Iterator[Finding]:
    yield from _check_words(text, 1)
    for match in DESCRIPTION.finditer(text):
        yield from _check_first_word(text[match.end() :], _line_of(text, match.end()))


def _check_comment(comment: str, line: int) -> Iterator[Finding]:
    yield from _check_words(comment, line)
    if LIKEWISE.search(comment):
        yield Finding(line, "banned word", '"likewise" as a reason: repeat the reason, or use per-file-ignores')


def _check_words(text: str, first_line: int, where: str = "") -> Iterator[Finding]:
    for pattern, plain in BANNED.items():
        for match in pattern.finditer(text):
            words = " ".join(match[0].split())
            line = first_line + _line_of(text, match.start()) - 1
            yield Finding(line, "banned word", f'"{words}"{where}: write "{plain}"')


def _check_start(value: ast.expr) -> Iterator[Finding]:
    """Check a docstring, or a description that may be an f-string."""
    first = value.values[0] if isinstance(value, ast.JoinedStr) and value.values else value
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield from _check_first_word(first.value, value.lineno)


def _check_first_word(text: str, line: int) -> Iterator[Finding]:
    if word := CLAUSE_START.match(text):
        yield Finding(line, "clause at the start", f'"{word[1]} …": begin with a verb or a noun')


def _check_test_name(name: str, line: int) -> Iterator[Finding]:
    if name.startswith("test_") and len(name) > MAX_TEST_NAME:
        yield Finding(line, "long test name", f"{name} has {len(name)} characters: at most {MAX_TEST_NAME}")


def _toml_comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments with their lines. A `#` in a string counts as a comment: no setting of ours has one."""
    for number, line in enumerate(text.splitlines(), 1):
        _, mark, comment = line.partition("#")
        if mark:
            yield number, mark + comment


def _checked_lines(text: str) -> set[int]:
    checked, on = set[int](), True
    for number, line in enumerate(text.splitlines(), 1):
        if marker := MARKER.fullmatch(line):
            on = marker[1] == "on"
        if on:
            checked.add(number)
    return checked


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _tracked() -> list[str]:
    paths = subprocess.check_output(["git", "ls-files"], text=True).splitlines()  # noqa: S607 # git of the PATH
    wanted = (path for path in paths if path == SCHEMA or Path(path).suffix in SUFFIXES)
    return [path for path in wanted if not any(skipped in path for skipped in SKIPPED) and Path(path).exists()]


def main(paths: Sequence[str]) -> int:
    """Print the findings in some files, and how many there are of each kind; return the exit status."""
    counts: Counter[str] = Counter()
    for path in paths or _tracked():
        for finding in check(path, Path(path).read_text(encoding="utf-8")):
            counts[finding.kind] += 1
            print(f"{path}:{finding.line}: {finding.text}")
    print("; ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())) or "plain English")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
