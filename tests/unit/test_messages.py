"""The messages that people read. Laws about their use are checked on the source code."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rules.access import ROLE_LABELS, Role
from rules.geography import CoordinateFault
from rules.languages import Locale, Text
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.scoring.points import REASONS
from rules.workflow import RESOLUTION_LABELS, STATUS_LABELS, ReportStatus, Resolution

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "schema",
    "models",
    "resolvers",
    "subscriptions",
    "queries",
    "outbox",
    "execution",
    "rules",
    "actions",
    "app",
    "web",
    "media",
    "simulation",
)
LOOKED_UP_BY_NAME = {Message[f"COORDINATE_{fault}"] for fault in CoordinateFault}
"""Messages looked up as `Message[f"COORDINATE_{fault}"]`."""
UPLOAD_MESSAGES = {
    Message.PHOTO_SIGN_IN,
    Message.PHOTO_FORM_INVALID,
    Message.PHOTO_EMPTY,
    Message.PHOTO_TOO_LARGE,
    Message.PHOTO_NOT_AN_IMAGE,
    Message.PHOTO_FORMAT_UNSUPPORTED,
    Message.PHOTO_TOO_MANY_PIXELS,
    Message.PHOTO_DAMAGED,
    Message.PHOTO_NOT_FOUND,
}
"""Messages of refused uploads, which the media routes use."""
WRITTEN_IN_CAPITALS = {"DKI", "JPEG", "HEIC", "AVIF", "MB", "PNG"}
"""Everyday words that consist of capital letters."""
DEVELOPER_WORDS = {
    "header name": re.compile(r"\bheaders?\b|\b(Authorization|Bearer|Content-\w+|Accept-\w+)\b", re.IGNORECASE),
    "constant": re.compile(r"\b[A-Z][A-Z0-9_]+\b"),
    "camelCase identifier": re.compile(r"\b[a-z]+[A-Z]\w*"),
    "snake_case identifier": re.compile(r"\w_\w"),
    "backtick": re.compile(r"`"),
    "path": re.compile(r"/"),
}
"""Patterns that no text for people may contain."""
LABELS: tuple[tuple[type[Enum], Mapping[Any, Text]], ...] = (
    (ReportStatus, STATUS_LABELS),
    (Resolution, RESOLUTION_LABELS),
    (Role, ROLE_LABELS),
)
TEXTS = [
    *((message.name, text) for message in Message for text in message.value),
    *((rule.name, text) for rule, reason in REASONS.items() for text in reason),
    *((key.name, text) for _, labels in LABELS for key, label in labels.items() for text in label),
]


def placeholders(text: str) -> set[str]:
    """Return the names in the braces of a text: an empty one for `{}`."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def uses(tree: ast.AST) -> Iterator[tuple[Message, set[str | None]]]:
    """Yield each use of a message in a module, with the names of the values in its call."""
    values: dict[ast.AST, set[str | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []  # Message.X.text(…)
            given = {keyword.arg for keyword in node.keywords}
            values |= dict.fromkeys((*node.args, *receiver), given)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Message"), attr=name):
                yield Message[name], values.get(node, set())


@cache
def all_uses() -> list[tuple[Path, Message, set[str | None]]]:
    return [
        (file.relative_to(ROOT), message, given)
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        for message, given in uses(ast.parse(file.read_text()))
    ]


@pytest.mark.parametrize("message", Message)
def test_message_is_in_two_languages_and_whole_sentences(message: Message) -> None:
    indonesian, english = message.value
    assert indonesian != english
    for text in (indonesian, english):
        assert text == " ".join(text.split())
        assert text.endswith(".")


@pytest.mark.parametrize("kind", DEVELOPER_WORDS)
def test_texts_for_people_contain_no_developer_words(kind: str) -> None:
    found = {
        (name, word[0])
        for name, text in TEXTS
        for word in DEVELOPER_WORDS[kind].finditer(re.sub(r"\{\w+\}", "", text))
        if word[0] not in WRITTEN_IN_CAPITALS
    }
    assert found == set()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("header name", "Send your token in the Authorization header."),
        ("constant", "Citizens are ranked by POINTS only."),
        ("constant", "This report is IN_PROGRESS."),
        ("camelCase identifier", "This idempotencyKey was used."),
        ("snake_case identifier", "Send the refresh_token."),
        ("backtick", "See `categories`."),
        ("path", "Upload it with POST /media."),
    ],
)
def test_developer_words_are_recognised(kind: str, text: str) -> None:
    assert DEVELOPER_WORDS[kind].search(text)


@pytest.mark.parametrize(("kind", "labels"), LABELS)
def test_every_value_that_a_message_names_has_a_label(kind: type[Enum], labels: Mapping[Any, Text]) -> None:
    assert labels.keys() == set(kind)


@pytest.mark.parametrize("message", Message)
def test_both_languages_of_a_message_have_the_same_named_values(message: Message) -> None:
    indonesian, english = map(placeholders, message.value)
    assert indonesian == english
    assert all(name.isidentifier() for name in english)


def test_no_two_messages_have_the_same_text() -> None:
    assert len(Message.__members__) == len(Message) == len({text for message in Message for text in message.value}) / 2


def test_every_message_is_used() -> None:
    assert set(Message) == {message for _, message, _ in all_uses()} | LOOKED_UP_BY_NAME | UPLOAD_MESSAGES


def test_use_of_a_message_gives_exactly_its_values() -> None:
    wrong = [
        (str(file), message.name, given)
        for file, message, given in all_uses()
        if given != placeholders(message.value[0])
    ]
    assert wrong == []


def test_message_looked_up_by_name_has_no_values() -> None:
    assert {name for message in LOOKED_UP_BY_NAME for name in placeholders(message.value[0])} == set()


@pytest.mark.parametrize(("locale", "text"), [(Locale.ID, "Paling banyak 3 foto."), (Locale.EN, "At most 3 photos.")])
def test_text_is_in_the_given_language_with_its_values(locale: Locale, text: str) -> None:
    assert Message.PHOTOS_TOO_MANY.text(locale, high=3) == text


def test_bilingual_value_is_given_in_the_language_of_the_message() -> None:
    label, target = Text("menunggu", "waiting"), Text("selesai ditangani", "fixed")
    assert "menunggu" in Message.TRANSITION_REFUSED.text(Locale.ID, label=label, target=target)
    assert "already waiting" in Message.TRANSITION_REFUSED.text(Locale.EN, label=label, target=target)


@pytest.mark.parametrize("value", ["{high}", "{0.__class__}", "}{", "%s"])
def test_value_is_inserted_verbatim(value: str) -> None:
    assert Message.PLACE_UNKNOWN.text(Locale.EN, code=value) == f"There is no place {value}."


def test_refusal_has_its_message_with_values_and_the_argument_path() -> None:
    refusal = Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, "input", "photoIds", high=3)
    assert refusal.field == ("input", "photoIds")
    assert refusal.text(Locale.ID) == "Paling banyak 3 foto."
    assert str(refusal) == "INVALID: At most 3 photos."
