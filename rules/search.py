"""The words of a text search, as a person typed them."""

import unicodedata

import regex

LONGEST = 200
"""Characters of a text that is searched for, at most."""

PREFIX = 3
"""Letters from which on the last word of a search may be the beginning of a word: people search while they type."""

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, without all that is neither a letter nor a digit. Empty if there are none."""
    return tuple(dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text))))


def is_prefix(word: str) -> bool:
    """Return whether the last word of a search may be the beginning of a word."""
    return len(word) >= PREFIX
