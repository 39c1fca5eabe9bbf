"""The pages for developers: templates filled with the texts of one language, the sample operations and the map."""

import tomllib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import urlencode

from rules.languages import LANGUAGES, Language
from web.maps import draw_map, read_city_map

HERE: Final = Path(__file__).parent
EXPLORER: Final = "/api/explorer"


def api_page(language: Language, hidden: tuple[str, ...] = ()) -> str:
    """Return the page `/api` in one language, without the lines that lead to the `hidden` paths.

    Raises KeyError for a text that the template needs and the language lacks. Pages are rendered at startup.
    """
    texts = _texts(language)
    samples = texts["samples"]
    city_map = read_city_map()
    page = _template("api.html").substitute(
        texts,
        language=language,
        other=_other(language),
        map=draw_map(city_map, texts["map_label"]),
        kelurahan_count=len(city_map.dots),
        kecamatan_count=city_map.kecamatan,
        city_count=city_map.cities,
        samples="".join(_sample(name, samples[name], texts["open"], language) for name in samples),
    )
    lines = page.splitlines(keepends=True)
    return "".join(line for line in lines if not any(f'href="{path}' in line for path in hidden))


def explorer_page(language: Language) -> str:
    """Return the explorer in one language, with the samples that it can load. Raises KeyError as `api_page` does."""
    texts = _texts(language)
    buttons = (
        f'<li><button type="button" data-query="{escape(_source(name))}">{sample["title"]}</button></li>'
        for name, sample in texts["samples"].items()
    )
    return _template("explorer.html").substitute(
        texts["explorer"], language=language, other=_other(language), samples="\n".join(buttons)
    )


def _sample(name: str, description: Mapping[str, str], open_text: str, language: Language) -> str:
    """Return a sample operation as HTML: its source, and a link that opens it in the explorer."""
    source = _source(name)
    return _template("sample.html").substitute(
        description,
        name=name,
        source=escape(source),
        link=escape(f"{EXPLORER}?{urlencode({'lang': language, 'query': source})}"),
        open=open_text,
    )


def _source(name: str) -> str:
    return (HERE / "samples" / f"{name}.graphql").read_text(encoding="utf-8").rstrip()


def _texts(language: Language) -> dict[str, Any]:
    return tomllib.loads((HERE / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


def _other(language: Language) -> Language:
    return next(other for other in LANGUAGES if other != language)


def _template(name: str) -> Template:
    return Template((HERE / name).read_text(encoding="utf-8"))
