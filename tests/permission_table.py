"""The tables of docs/permissions.md, as they are written there: the expected truth about who may do what."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent / "docs" / "permissions.md"


class Row(NamedTuple):
    """A row of the table of acts: who may do it on reports in which states."""

    act: str
    by: frozenset[str]
    states: frozenset[str]


class Permissions(NamedTuple):
    """The page. `people` and `states`: all single ones. `others`: who may do each act that is on no report."""

    people: list[str]
    states: list[str]
    acts: list[Row]
    others: dict[str, frozenset[str]]

    def rows(self, act: str) -> list[Row]:
        """Return the rows of an act."""
        return [row for row in self.acts if row.act == act]

    def answer(self, act: str, person: str, state: str) -> str | None:
        """Return the code of the refusal when a person does an act on a report in a state. None: it is done."""
        rows = [row for row in self.rows(act) if person in row.by]
        if person == "visitor":
            return "UNAUTHENTICATED"
        if state == "hidden" and not self.sees_hidden(person) and not act.startswith("`waive"):
            return "NOT_FOUND"
        if not rows:
            return "FORBIDDEN"
        return None if any(state in row.states for row in rows) else "TRANSITION_REFUSED"

    def sees_hidden(self, person: str) -> bool:
        """Return whether a person sees a hidden report: all who may comment on any report but its supporters."""
        (row,) = self.rows("`commentOnReport`")
        return person in row.by - {"supporter"}


def read_permissions() -> Permissions:
    """Read the page. Raises KeyError for a name that is in no table."""
    sections = dict(_sections(PAGE.read_text()))
    people, groups = sections["People"]
    states, kinds = sections["States"]
    persons = _names(people, groups)
    moments = _names(states, kinds)
    (acts,) = sections["Acts on a report"]
    (others,) = sections["Other acts"]
    return Permissions(
        people=[name for name, _ in people],
        states=[name for name, _ in states],
        acts=[Row(act, _meant(by, persons), _meant(during, moments)) for act, by, during in acts],
        others={name: _meant(by, persons) for names, by in others for name in re.findall(r"`(\w+)`", names)},
    )


def mutation_of(act: str) -> str:
    """Return the mutation of an act."""
    return str(re.findall(r"`(\w+)`", act)[0])


def _sections(text: str) -> Iterator[tuple[str, list[list[list[str]]]]]:
    """Yield the heading of each section and the rows of its tables, without their heads."""
    for section in text.split("\n## ")[1:]:
        heading, _, body = section.partition("\n")
        tables = re.findall(r"(?:^\|.*\n)+", body, re.MULTILINE)
        yield heading, [[[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
                        for table in tables]  # fmt: skip


def _names(single: list[list[str]], groups: list[list[str]]) -> dict[str, frozenset[str]]:
    """Return the single names that each name stands for. A group may name those below it."""
    known = {name: frozenset({name}) for name, _ in single}
    waiting = dict(groups)
    while waiting:
        ready = [name for name, text in waiting.items() if set(re.split(", | but ", text)) <= set(known)]
        for name in ready:
            known[name] = _meant(waiting.pop(name), known)
        if not ready:
            raise KeyError(*waiting)
    return known


def _meant(text: str, names: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the single names that a cell stands for: a list of names, and after "but" those that are not meant."""
    given, _, but = text.partition(" but ")
    meant = frozenset().union(*(names[name] for name in given.split(", ")))
    return meant - frozenset().union(*(names[name] for name in but.split(", ") if name))
