"""What XlsxWriter has no word for, put into the file that it made: language, and heading styles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from xml.dom.minidom import Document, Element, parseString
from zipfile import ZipFile

import attrs

__all__ = ["HEADINGS", "finished"]


@attrs.frozen
class _Heading:
    """A style of Excel's own: its number among the styles of this file, and that in Excel."""

    number: int
    built_in: int


HEADINGS: Mapping[str, _Heading] = {
    "Heading 1": _Heading(1, 16),
    "Heading 2": _Heading(2, 17),
}
"""The styles that a format asks for by `xf_id`; XlsxWriter has but the first, Normal."""


def finished(content: bytes, language: str) -> bytes:
    """A workbook with its language, and with the styles that its formats ask for."""

    def in_language(properties: Document) -> None:
        element = properties.createElement("dc:language")
        element.appendChild(properties.createTextNode(language))
        properties.getElementsByTagName("cp:coreProperties")[0].appendChild(element)

    return _changed(content, {"docProps/core.xml": in_language, "xl/styles.xml": _add_headings})


def _changed(content: bytes, changes: Mapping[str, Callable[[Document], None]]) -> bytes:
    """A container with some of its parts changed, and the rest, days included, as they were."""
    after = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(after, "w") as file:
        for part in before.infolist():
            inside = before.read(part)
            if part.filename in changes:
                document = parseString(inside)  # noqa: S318 # our own bytes
                changes[part.filename](document)
                inside = document.toxml(encoding="UTF-8", standalone=True)
            file.writestr(part, inside)
    return after.getvalue()


def _add_headings(styles: Document) -> None:
    """Each heading as a style, in the letters of the cells that have it."""
    looks, names, cells = (
        styles.getElementsByTagName(tag)[0] for tag in ("cellStyleXfs", "cellStyles", "cellXfs")
    )
    used = {form.getAttribute("xfId"): form for form in cells.getElementsByTagName("xf")}
    for name, heading in HEADINGS.items():
        number = str(heading.number)
        letters = used[number].getAttribute("fontId")
        shape = {"numFmtId": "0", "fontId": letters, "fillId": "0", "borderId": "0"}
        _add(styles, looks, "xf", shape)
        named = {"name": name, "xfId": number, "builtinId": str(heading.built_in)}
        _add(styles, names, "cellStyle", named)


def _add(styles: Document, parent: Element, tag: str, attributes: Mapping[str, str]) -> None:
    element = styles.createElement(tag)
    for name, value in attributes.items():
        element.setAttribute(name, value)
    parent.appendChild(element)
    parent.setAttribute("count", str(len(parent.childNodes)))
