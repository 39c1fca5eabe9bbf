"""What is said to people. The laws about who says what are held by reading the source."""

import ast
import re
import string
from collections.abc import Iterator, Mapping
from enum import Enum
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
    "rules",
    "actions",
    "app",
    "web",
    "media",
    "simulation",
)
CHOSEN_BY_NAME = {Message[f"COORDINATE_{fault}"] for fault in CoordinateFault}
"""Said as `Message[f"COORDINATE_{fault}"]`."""
ABOUT_UPLOADS = {
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
"""Refusals of uploads."""
WRITTEN_IN_CAPITALS = {"DKI", "JPEG", "MB", "PNG"}
"""Everyday words that consist of capital letters."""
DEVELOPERS_WORDS = {
    "header name": re.compile(r"\bheaders?\b|\b(Authorization|Bearer|Content-\w+|Accept-\w+)\b", re.IGNORECASE),
    "constant": re.compile(r"\b[A-Z][A-Z0-9_]+\b"),
    "camelCase identifier": re.compile(r"\b[a-z]+[A-Z]\w*"),
    "snake_case identifier": re.compile(r"\w_\w"),
    "backtick": re.compile(r"`"),
    "path": re.compile(r"/"),
}
"""What no text for people holds."""
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
    """The names in the braces of a text; an empty one for `{}`."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def uses(tree: ast.AST) -> Iterator[tuple[Message, set[str | None]]]:
    """Each mention of a message in a module, with the names of the values in the call that it is said by."""
    values: dict[ast.AST, set[str | None]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            teller = [node.func.value] if isinstance(node.func, ast.Attribute) else []  # Message.X.text(…)
            given = {keyword.arg for keyword in node.keywords}
            values |= dict.fromkeys((*node.args, *teller), given)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Message"), attr=name):
                yield Message[name], values.get(node, set())


USES = [
    (file.relative_to(ROOT), message, given)
    for package in PACKAGES
    for file in sorted((ROOT / package).rglob("*.py"))
    for message, given in uses(ast.parse(file.read_text()))
]


@pytest.mark.parametrize("message", Message)
def test_a_message_is_said_in_two_languages_in_whole_sentences(message: Message) -> None:
    indonesian, english = message.value
    assert indonesian != english
    for text in (indonesian, english):
        assert text == " ".join(text.split())
        assert text.endswith(".")


@pytest.mark.parametrize("kind", DEVELOPERS_WORDS)
def test_no_text_for_people_holds_a_developers_word(kind: str) -> None:
    found = {
        (name, word[0])
        for name, text in TEXTS
        for word in DEVELOPERS_WORDS[kind].finditer(re.sub(r"\{\w+\}", "", text))
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
def test_developers_words_are_recognised(kind: str, text: str) -> None:
    assert DEVELOPERS_WORDS[kind].search(text)


@pytest.mark.parametrize(("kind", "labels"), LABELS)
def test_every_value_that_a_message_names_has_a_label(kind: type[Enum], labels: Mapping[Any, Text]) -> None:
    assert labels.keys() == set(kind)


@pytest.mark.parametrize("message", Message)
def test_both_languages_of_a_message_tell_the_same_values_each_by_its_name(message: Message) -> None:
    indonesian, english = map(placeholders, message.value)
    assert indonesian == english
    assert all(name.isidentifier() for name in english)


def test_no_two_messages_say_the_same() -> None:
    assert len(Message.__members__) == len(Message) == len({text for message in Message for text in message.value}) / 2


def test_every_message_is_said_somewhere() -> None:
    assert set(Message) == {message for _, message, _ in USES} | CHOSEN_BY_NAME | ABOUT_UPLOADS


def test_whoever_says_a_message_gives_just_the_values_that_it_tells() -> None:
    wrong = [
        (str(file), message.name, given) for file, message, given in USES if given != placeholders(message.value[0])
    ]
    assert wrong == []


def test_a_message_chosen_by_name_needs_no_values() -> None:
    assert {name for message in CHOSEN_BY_NAME for name in placeholders(message.value[0])} == set()


@pytest.mark.parametrize(("locale", "text"), [(Locale.ID, "Paling banyak 3 foto."), (Locale.EN, "At most 3 photos.")])
def test_a_message_is_told_in_the_language_asked_for_with_its_values(locale: Locale, text: str) -> None:
    assert Message.PHOTOS_TOO_MANY.text(locale, high=3) == text


def test_a_value_with_a_name_in_each_language_is_told_by_the_right_one() -> None:
    label, target = Text("menunggu", "waiting"), Text("selesai ditangani", "fixed")
    assert "menunggu" in Message.TRANSITION_REFUSED.text(Locale.ID, label=label, target=target)
    assert "already waiting" in Message.TRANSITION_REFUSED.text(Locale.EN, label=label, target=target)


@pytest.mark.parametrize("value", ["{high}", "{0.__class__}", "}{", "%s"])
def test_what_people_wrote_is_told_as_they_wrote_it(value: str) -> None:
    assert Message.PLACE_UNKNOWN.text(Locale.EN, code=value) == f"There is no place {value}."


def test_a_refusal_tells_its_message_with_its_values_and_keeps_the_path_of_the_argument() -> None:
    refusal = Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, "input", "photoIds", high=3)
    assert refusal.field == ("input", "photoIds")
    assert refusal.text(Locale.ID) == "Paling banyak 3 foto."
    assert str(refusal) == "INVALID: At most 3 photos."
