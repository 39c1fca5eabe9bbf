"""The lines of the log: one fact each, with the id of the request that it belongs to, as text or as JSON."""

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from execution.request_id import request_id

TEXT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"

_PLACEHOLDER: Final = re.compile(r"(?:(?P<name>\w+)=)?%(?P<how>[-#0 +]*[\d.]*[a-z])")


class TextLines(logging.Formatter):
    """Lines for people: time, level, logger, message and `request=`."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 # the library's name
        """Return the line, without a traceback."""
        known = request_id()
        line = super().formatMessage(record)
        return f"{line} request={known}" if known else line


class JsonLines(logging.Formatter):
    """Lines for programs: an object with `time`, `level`, `logger`, `event`, `request` and the values of the message.

    The names of the values are those before their placeholders: `"day closed open_day=%s"`.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback in it."""
        event, values = _parts(record)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "event": event,
            **values,
        }
        if known := request_id():
            line["request"] = known
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


def _parts(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    """Return the text of a message before its values, and the values by name. The whole text if one has no name."""
    found = list(_PLACEHOLDER.finditer(record.msg)) if isinstance(record.msg, str) else []
    if not found or not isinstance(record.args, tuple) or not all(each["name"] for each in found):
        return record.getMessage(), {}
    values: dict[str, object] = {
        each["name"]: value if isinstance(value, int | float | None) else f"%{each['how']}" % (value,)
        for each, value in zip(found, record.args, strict=False)
    }
    return record.msg[: found[0].start()].rstrip(), values


FORMATS: Final[dict[str, type[logging.Formatter]]] = {"text": TextLines, "json": JsonLines}
