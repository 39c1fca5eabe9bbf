"""The parameters of exports in an address, as the arguments of the schema that have the same names."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import NoneType
from typing import Any, Final, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from graphql import GraphQLError
from strawberry import ID
from strawberry.utils.str_converters import to_camel_case

from rules.criteria import ReportCriteria
from rules.languages import LANGUAGES, Locale
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from schema.context import Context
from schema.errors import RequestCode, RequestError
from schema.filters import criteria_of, named_kelurahan
from schema.places import ReferenceObjects
from schema.reports import BoundingBoxInput, GeoPointInput, NearInput, ReportFilter
from schema.scalars import SCALARS

T = TypeVar("T")

LANGUAGE: Final = "language"
"""The parameter that all exports have."""

PERSONAL: Final = ("mine", "actionable")
"""The filters that need a session."""

_LOST_PLUS: Final = re.compile(r"(?<=\d) (?=\d\d:\d\d$)")
"""The space that a plus sign has become in an address in which it was not escaped."""

_WHOLE: Final = re.compile("[0-9]{1,9}")


class Form(NamedTuple):
    """The form of the values of a parameter: how one is read, and what is right. A reader raises ValueError."""

    read: Callable[[str], Any]
    right: str
    is_list: bool = False


class Parameters:
    """The parameters of an address. Whatever is wrong with them is added to `faults`."""

    def __init__(self, given: Iterable[tuple[str, str]], known: Collection[str], faults: Faults) -> None:
        self._given: dict[str, list[str]] = {}
        self._faults = faults
        for name, value in given:
            self._given.setdefault(name, []).append(value)
        for name in self._given.keys() - {*known, LANGUAGE}:
            available = ", ".join((*known, LANGUAGE))
            self._faults.add(_invalid(Message.PARAMETER_UNKNOWN, name=name, known=available))

    def read(self, name: str, form: Form) -> Any:
        """Return the value of a parameter, or the list of its values. None if it is not given, or wrong."""
        if name not in self._given:
            return None
        values = self._given[name]
        if form.is_list:
            return [self._read(name, part, form) for value in values for part in value.split(",")]
        if len(values) > 1:
            self._faults.add(_invalid(Message.PARAMETER_REPEATED, name=name))
        return self._read(name, values[0], form)

    def has(self, name: str) -> bool:
        """Return whether a parameter is given, rightly or wrongly."""
        return name in self._given

    def locale(self, preferred: Locale) -> Locale:
        """Return the language that is asked for."""
        language: str | None = self.read(LANGUAGE, choice(LANGUAGES))
        return preferred if language is None else Locale(language.upper())

    def _read(self, name: str, value: str, form: Form) -> Any:
        try:
            return form.read(value)
        except (ValueError, GraphQLError):
            shown = f"{value:.60}"
            self._faults.add(_invalid(Message.PARAMETER_VALUE, name=name, value=shown, right=form.right))
            return None


def _invalid(message: Message, /, **values: str) -> Refusal:
    return Refusal(ErrorCode.INVALID, message, values["name"], **values)


def choice(values: Iterable[str]) -> Form:
    """Return the form of a value that is one of these: a text, or a member of an enum."""
    return _named({str(value): value for value in values})


def _named(values: Mapping[str, Any]) -> Form:
    def read(text: str) -> Any:
        if text not in values:
            raise ValueError(text)
        return values[text]

    return Form(read, ", ".join(values))


def refusal_of(error: RequestError) -> Refusal:
    """Return the error of an argument as the refusal of the parameter of its name."""
    code = ErrorCode.__members__.get(error.code, ErrorCode.INVALID)
    name = (error.argument or "").removeprefix("filter.").partition(".")[0]
    return Refusal(code, error.message, *([name] if name else []), **error.values)


def checked(faults: Faults, function: Callable[..., T], *given: Any) -> T:
    """Return what a check of arguments returns. If it raises RequestError, the value is never used."""

    def check() -> T:
        try:
            return function(*given)
        except RequestError as error:
            raise refusal_of(error) from error

    return faults.check(check)


def criteria_of_address(parameters: Parameters, context: Context, faults: Faults) -> ReportCriteria:
    """Return the criteria of the filters in an address, each checked by itself, so that all faults are found."""
    given = {}
    for (field, form), name in zip(REPORT_FILTERS.items(), REPORT_NAMES, strict=True):
        value = parameters.read(name, form)
        if value is None or (isinstance(value, list) and None in value):
            continue
        if name in PERSONAL and value and context.person is None:
            faults.add(Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGN_IN, name))
            continue
        given[field] = value
        checked(faults, criteria_of, ReportFilter(**{field: value}), context)
    return ReportCriteria() if faults else criteria_of(ReportFilter(**given), context)


def unit_named(text: str, places: ReferenceObjects) -> str:
    """Return the code of the agency with a code, or of the kelurahan with a code or name. Raises RequestError."""
    if text in places.agencies:
        return text
    found = named_kelurahan(places.gazetteer, text, "unit")
    if found is None:
        raise RequestError(RequestCode.BAD_INPUT, Message.UNIT_UNKNOWN, "unit", unit=text)
    return found.code


def _moment(text: str) -> datetime:
    moment: datetime = SCALARS[datetime].parse_value(_LOST_PLUS.sub("+", text))  # type: ignore[misc] # it has one
    return moment


def _day(text: str) -> date:
    day: date = SCALARS[date].parse_value(text)  # type: ignore[misc] # it has one
    return day


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _box(text: str) -> BoundingBoxInput:
    south, west, north, east = map(float, text.split(","))
    return BoundingBoxInput(south=south, west=west, north=north, east=east)


def _near(text: str) -> NearInput:
    latitude, longitude, *radius = text.split(",")
    at = GeoPointInput(latitude=float(latitude), longitude=float(longitude))
    if not radius:
        return NearInput(at=at)
    (metres,) = radius
    return NearInput(at=at, radius_metres=_whole(metres))


DAY: Final = Form(_day, "2026-11-23")
MOMENT: Final = Form(_moment, "2026-11-23T08:00:00%2B07:00")
WHOLE: Final = Form(_whole, "3")
CODE: Final = Form(str, "31.71.01.1001")
CODES: Final = CODE._replace(is_list=True)

_FORMS: Final[Mapping[object, Form]] = {
    str: CODE,
    ID: CODE,
    bool: _named({"true": True, "false": False}),
    int: WHOLE,
    datetime: MOMENT,
    BoundingBoxInput: Form(_box, "-6.3,106.7,-6.1,106.9"),
    NearInput: Form(_near, "-6.1754,106.8272,250"),
}
"""The forms of the inputs of the schema. A box is its south, west, north and east; a circle its point and radius."""


def _form(hint: Any) -> Form:
    (kind,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(kind) is not list:
        return _FORMS[kind]
    (element,) = get_args(kind)
    is_enum = isinstance(element, type) and issubclass(element, StrEnum)
    return (choice(element) if is_enum else _FORMS[element])._replace(is_list=True)


REPORT_FILTERS: Final = {field: _form(hint) for field, hint in get_type_hints(ReportFilter).items()}
"""The form of each field of ReportFilter."""

REPORT_NAMES: Final = tuple(map(to_camel_case, REPORT_FILTERS))
"""The names of the same fields in the schema."""
