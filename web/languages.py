"""Which language a page is shown in."""

from typing import Final, Literal, get_args

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def preferred_language(asked: str | None, accept_language: str) -> Language:
    """Return what was asked for by name, else the best match of an Accept-Language header, else Indonesian.

    A name or a header that says nothing we know is passed over: this decides a page, not a right.
    """
    for language in LANGUAGES:
        if asked == language:
            return language
    weights = _weights(accept_language)
    return max(LANGUAGES, key=lambda language: weights.get(language, 0.0))  # of equals the first: Indonesian


def _weights(accept_language: str) -> dict[str, float]:
    """Return the highest q of each primary tag (RFC 9110, 12.5.4): of "en-GB;q=0.8" it is {"en": 0.8}."""
    weights: dict[str, float] = {}
    for item in accept_language.split(","):
        tag, _, parameter = item.partition(";")
        primary = tag.strip().partition("-")[0].lower()
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        weights[primary] = max(weight, weights.get(primary, 0.0))
    return weights
