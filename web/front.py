"""The front page: a template filled with the texts of one language, the sample operations and the map."""

import tomllib
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlencode

from rules.languages import LANGUAGES, Language
from web.maps import draw_map, read_city_map

HERE: Final = Path(__file__).parent


def front_page(language: Language, hidden: tuple[str, ...] = ()) -> str:
    """Return the page in one language, without the lines that lead to the `hidden` paths.

    Raises KeyError for a text that the template needs and the language lacks. Pages are rendered at startup.
    """
    texts = tomllib.loads((HERE / "texts" / f"{language}.toml").read_text(encoding="utf-8"))
    samples = texts.pop("samples")
    city_map = read_city_map()
    page = _template("index.html").substitute(
        texts,
        language=language,
        other=next(other for other in LANGUAGES if other != language),
        map=draw_map(city_map, texts["map_label"]),
        kelurahan_count=len(city_map.dots),
        kecamatan_count=city_map.kecamatan,
        city_count=city_map.cities,
        samples="".join(_sample(name, description, texts["open"]) for name, description in samples.items()),
    )
    lines = page.splitlines(keepends=True)
    return "".join(line for line in lines if not any(f'href="{path}' in line for path in hidden))


def _sample(name: str, description: dict[str, str], open_text: str) -> str:
    """Return a sample operation as HTML: its source, and a link that opens it in the explorer."""
    source = (HERE / "samples" / f"{name}.graphql").read_text(encoding="utf-8").rstrip()
    return _template("sample.html").substitute(
        description,
        name=name,
        source=escape(source),
        link=escape("/explorer?" + urlencode({"query": source})),
        open=open_text,
    )


def _template(name: str) -> Template:
    return Template((HERE / name).read_text(encoding="utf-8"))
