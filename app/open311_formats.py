"""The two formats of Open311 (GeoReport v2): XML, and JSON by the Spark convention, without the root element."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring  # nothing is parsed

import orjson

Record: TypeAlias = Mapping[str, object]
"""The values of an element by the names of its parts: texts, numbers, booleans, None, records and lists of these."""

DECLARATION: Final = b'<?xml version="1.0" encoding="utf-8"?>\n'

_NOT_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain (XML 1.0, 2.2). Texts of people have none, what clients send may."""

_ITEMS: Final = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
}
"""The names of the elements in lists."""


class Format(StrEnum):
    """A format, by the ending of an address."""

    JSON = "json"
    XML = "xml"

    @property
    def media_type(self) -> str:
        """The value of Content-Type."""
        return "application/json; charset=utf-8" if self is Format.JSON else "text/xml; charset=utf-8"

    def record(self, name: str, record: Record) -> bytes:
        """Return a document of one record."""
        if self is Format.JSON:
            return orjson.dumps(record)
        return DECLARATION + _xml(_element(name, record))

    def items(self, name: str, records: Iterable[Record]) -> bytes:
        """Return a part of a list, for `document`."""
        if self is Format.JSON:
            return b",".join(map(orjson.dumps, records))
        return b"".join(_xml(_element(_ITEMS[name], record)) for record in records)

    def document(self, name: str, parts: Sequence[bytes]) -> bytes:
        """Return the document of a list that consists of these parts, none of them empty."""
        if self is Format.JSON:
            return b"[%s]" % b",".join(parts)
        return DECLARATION + b"<%s>%s</%s>" % (name.encode(), b"".join(parts), name.encode())

    def listed(self, name: str, records: Sequence[Record]) -> bytes:
        """Return the document of a list of records."""
        return self.document(name, [self.items(name, records)] if records else [])


def _xml(element: Element) -> bytes:
    return tostring(element, encoding="unicode", short_empty_elements=False).encode()


def _element(name: str, value: object) -> Element:
    element = Element(name)
    _fill(element, value)
    return element


def _fill(element: Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(SubElement(element, name), part)
    elif isinstance(value, list):
        for part in value:
            _fill(SubElement(element, _ITEMS[element.tag]), part)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_IN_XML.sub("\ufffd", str(value))
