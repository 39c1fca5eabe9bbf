"""The pieces of code that a plan is made of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completion:
    """The code that turns the values of a type into JSON values. None is not among them.

    Either `inline` gives the expression for one value, from the expression of the value. Or `function` names the
    function for a list of values. `is_pure`: only the value and the language matter.
    `is_constant`: it is encoded once for each language.
    """

    inline: Callable[[str], str] | None = None
    function: str = ""
    is_async: bool = False
    is_pure: bool = False
    is_constant: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of an asynchronous resolver, one for each parent: the expression, and the variable of what they return.

    Those of one `batch` are awaited together.
    """

    variable: str
    made: str
    batch: str


@dataclass(frozen=True, slots=True)
class Part:
    """The code of one field: an expression for each parent, or lines that set a variable to a list."""

    inline: str | None = None
    lines: Sequence[str] = ()
    variable: str = ""
    is_async: bool = False
    is_pure: bool = False
    calls: Calls | None = None


class Parts:
    """The fields of an object."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def add(self, key: str, part: Part) -> None:
        """Add a field under its key in the response."""
        self._parts[key] = part

    @property
    def is_async(self) -> bool:
        """Whether a field has to be awaited."""
        return any(part.is_async for part in self._parts.values())

    @property
    def is_pure(self) -> bool:
        """Whether the fields are the same in every run."""
        return all(part.is_pure and not part.is_async for part in self._parts.values())

    def lines(self, item: str, *, gives_way: bool = False) -> list[str]:
        """Return the code that completes `values`, each under the name `item`.

        `gives_way`: others have their turn between two fields, if the first has taken its time.
        """
        before = list(self._before("await run.give_way()" if gives_way else None))
        variables = [part.variable for part in self._parts.values() if part.inline is None]
        pairs = ", ".join(
            f"{key!r}: {f'{part.variable}_' if part.inline is None else part.inline}"
            for key, part in self._parts.items()
        )
        if not variables:
            return [*before, f"return [{{{pairs}}} for {item} in values]"]
        names = ", ".join([item, *(f"{variable}_" for variable in variables)])
        return [*before, f"return [{{{pairs}}} for {names} in zip({', '.join(['values', *variables])})]"]

    def _before(self, between: str | None) -> Iterator[str]:
        """Yield the lines of the fields, with `between` after each.

        Those of one batch begin to read together, where the first of them is.
        """
        batches: dict[str, list[Calls]] = {}
        for part in self._parts.values():
            if part.calls is not None:
                batches.setdefault(part.calls.batch, []).append(part.calls)
        for part in self._parts.values():
            together = [] if part.calls is None else batches.pop(part.calls.batch, [])
            if len(together) == 1:
                yield f"{together[0].variable} = await gather({together[0].made})"
            elif together:
                names = ", ".join(calls.variable for calls in together)
                made = ", ".join(f"*{calls.made}" for calls in together)
                yield f"{names} = grouped(await gather([{made}]), [values] * {len(together)})"
            yield from part.lines
            if between is not None and part.lines:
                yield between
