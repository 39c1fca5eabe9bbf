"""What is said to people. The laws about who says what are held by reading the source."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.geography import CoordinateFault
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

ROOT = Path(__file__).parents[2]
PACKAGES = ("schema", "models", "resolvers", "subscriptions", "rules", "actions", "app", "web")
CHOSEN_BY_NAME = {Message[f"COORDINATE_{fault}"] for fault in CoordinateFault}
"""Said as `Message[f"COORDINATE_{fault}"]`."""


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


@pytest.mark.parametrize("message", Message)
def test_both_languages_of_a_message_tell_the_same_values_each_by_its_name(message: Message) -> None:
    indonesian, english = map(placeholders, message.value)
    assert indonesian == english
    assert all(name.isidentifier() for name in english)


def test_no_two_messages_say_the_same() -> None:
    assert len(Message.__members__) == len(Message) == len({text for message in Message for text in message.value}) / 2


def test_every_message_is_said_somewhere() -> None:
    assert set(Message) == {message for _, message, _ in USES} | CHOSEN_BY_NAME


def test_whoever_says_a_message_gives_just_the_values_that_it_tells() -> None:
    wrong = [
        (str(file), message.name, given) for file, message, given in USES if given != placeholders(message.value[0])
    ]
    assert wrong == []


def test_a_message_chosen_by_name_needs_no_values() -> None:
    assert {name for message in CHOSEN_BY_NAME for name in placeholders(message.value[0])} == set()


@pytest.mark.parametrize(("locale", "text"), [("ID", "Paling banyak 3 foto."), ("EN", "At most 3 photos.")])
def test_a_message_is_told_in_the_language_asked_for_with_its_values(locale: str, text: str) -> None:
    assert Message.PHOTOS_TOO_MANY.text(locale, high=3) == text


@pytest.mark.parametrize("locale", ["", "FR", "en"])
def test_a_language_that_is_not_one_of_ours_is_answered_in_indonesian(locale: str) -> None:
    assert Message.OUT_OF_AREA.text(locale) == Message.OUT_OF_AREA.value[0]


def test_a_value_with_a_name_in_each_language_is_told_by_the_right_one() -> None:
    label = ("menunggu", "waiting")
    assert "menunggu" in Message.TRANSITION_REFUSED.text("ID", label=label, target="FIXED")
    assert "already waiting" in Message.TRANSITION_REFUSED.text("EN", label=label, target="FIXED")


@pytest.mark.parametrize("value", ["{high}", "{0.__class__}", "}{", "%s"])
def test_what_people_wrote_is_told_as_they_wrote_it(value: str) -> None:
    assert Message.PLACE_UNKNOWN.text("EN", code=value) == f"There is no place {value}."


def test_a_refusal_tells_its_message_with_its_values_and_keeps_the_path_of_the_argument() -> None:
    refusal = Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, "input", "photoIds", high=3)
    assert refusal.field == ("input", "photoIds")
    assert refusal.text("ID") == "Paling banyak 3 foto."
    assert str(refusal) == "INVALID: At most 3 photos."
