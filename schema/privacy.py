"""Personal details in texts, as they are shown to the one who writes."""

from typing import Self

import strawberry

from rules import personal_details
from rules.personal_details import PersonalDetailKind

field = strawberry.field


@strawberry.type(description="A part of a text that may lead to a person.")
class PersonalDetail:
    kind: PersonalDetailKind = field(description="Kind of the detail.")
    text: str = field(description="The part as it is in the text.")
    masked: str = field(description="Text that the public reads in its place, not longer than it.")
    start: int = field(
        description="Index of its beginning in the text, in UTF-16 code units from 0 on, as strings of JavaScript, "
        "Java, Kotlin and `NSString` count."
    )
    end: int = field(description="Index of the code unit after its end.")

    @classmethod
    def all_of(cls, text: str) -> list[Self]:
        """Find those in a text, in their order."""
        return [
            cls(
                kind=detail.kind,
                text=text[detail.start : detail.end],
                masked=detail.masked,
                start=_units(text[: detail.start]),
                end=_units(text[: detail.end]),
            )
            for detail in personal_details.find(text)
        ]


def _units(text: str) -> int:
    """Return the number of UTF-16 code units of a text."""
    return len(text) + sum(char > "\uffff" for char in text)
