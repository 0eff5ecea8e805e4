"""An SVG of matplotlib made one that stands in a page: no size, no style for others, own ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from npolicing.charts._text import clean
from npolicing.exhibits.chart import Chart

__all__ = ["inline"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
# What matplotlib says for every element of the page is said for this picture alone.
_STYLE = "stroke-linejoin:round;stroke-linecap:butt;max-width:38em;height:auto"
_FONTS = "'DejaVu Sans', Verdana, Arial, sans-serif"
_PLACES = re.compile(r"-?\d+\.\d{3,}")
_DROPPED = {"metadata", "style", "title"}


def inline(written: str, chart: Chart) -> str:
    """One `<svg>` element with the title and the alternative text of its chart."""
    # What is read here, matplotlib wrote a moment before.
    root = ET.fromstring(written)  # noqa: S314 # it is our own
    _tidy(root)
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", chart.name)
    _own_ids(root, name)
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": root.attrib["viewBox"],
        "width": "100%",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "class": "npolicing-chart",
        "style": _STYLE,
    }
    for at, (kind, words) in enumerate((("title", chart.title), ("desc", chart.alt))):
        said = ET.Element(kind, {"id": f"{name}-{kind}"})
        said.text = clean(words)
        root.insert(at, said)
    return ET.tostring(root, encoding="unicode") + "\n"


def _tidy(root: ET.Element) -> None:
    for parent in root.iter():
        for child in list(parent):
            if child.tag.removeprefix(_SVG) in _DROPPED:
                parent.remove(child)
    _prune(root)
    for each in root.iter():
        each.tag = each.tag.removeprefix(_SVG)
        each.attrib = {
            "href" if key == _HREF else key: _short(value)
            for key, value in each.attrib.items()
            if not value.startswith("rotate(-0 ")
        }
        each.tail = None
        if each.tag != "text":
            each.text = None


def _prune(parent: ET.Element) -> None:
    """Take out groups with nothing in them."""
    for child in list(parent):
        _prune(child)
        if child.tag in (f"{_SVG}g", f"{_SVG}defs") and len(child) == 0:
            parent.remove(child)


def _short(value: str) -> str:
    """Numbers to two places: a hundredth of a point nobody sees."""
    value = re.sub(r"'DejaVu Sans'[^;\"]*", _FONTS, value)
    return _PLACES.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)


def _own_ids(root: ET.Element, name: str) -> None:
    """Ids that something refers to, with the name of the chart before them; no others."""
    asked = set(_references(root))
    for each in root.iter():
        own = each.attrib.pop("id", None)
        if own in asked:
            each.attrib["id"] = f"{name}-{own}"
        for key, value in each.attrib.items():
            if key == "href":
                each.attrib[key] = f"#{name}-{value[1:]}"
            elif "url(#" in value:
                each.attrib[key] = value.replace("url(#", f"url(#{name}-")


def _references(root: ET.Element) -> Iterator[str]:
    for each in root.iter():
        for key, value in each.attrib.items():
            if key == "href":
                yield value[1:]
            yield from re.findall(r"url\(#([^)]*)\)", value)
