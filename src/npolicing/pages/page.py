"""A document as one HTML file, without a script, a font or anything else from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files

from npolicing._files import FilePath, replacing
from npolicing._markup import Markup, element
from npolicing._metadata import one_marking
from npolicing.exhibits import Chart, Document, Section
from npolicing.exhibits.markup import SYNTHETIC
from npolicing.pages.drawn import Draw, exhibit, plainly
from npolicing.pages.printed import page_rules

__all__ = ["html", "write_html"]

# A browser that is told so loads nothing and runs nothing, whatever stood in a table.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html(document: Document, *, draw: Draw = plainly) -> str:
    """A document as one self-contained HTML page.

    Findings come first, then the sections with charts and the figures beneath them, then
    definitions and provenance. It is marked at its head and its foot, and on each page that
    Chromium, Chrome or Edge prints (131 or later). There is no script in it, and nothing is loaded
    from anywhere. The same document gives the same text.

    Args:
        document: The document.
        draw: What draws its charts; `npolicing.charts.draw` without it, and what stands beside a
            chart on the page is not in its picture.

    Raises:
        ModuleNotFoundError: If there are charts, and matplotlib is not there:
            ``pip install "npolicing[charts]"``. Tables need nothing.
        ValueError: If two charts have one name, or the exhibits are marked in different ways and
            the document is not marked.

    >>> from npolicing.exhibits import Document
    >>> page = html(Document(name="note", title="A note", findings=("All is <well>.",)))
    >>> print(page[page.index("<ol>"):page.index("</ol>")].strip())
    <ol><li>All is &lt;well&gt;.</li>
    """
    _refuse_one_name_twice(document)
    found = [each.marking for each in (*document.exhibits, *document.tables)]
    marking = one_marking("exhibits of the document", document.marking, found)
    page = element(
        "html",
        _head(document, marking),
        element(
            "body",
            element("a", "Skip to the findings", class_="skip", href="#main"),
            _header(document, marking),
            _contents(document),
            element("main", *_parts(document, draw), id="main"),
            _footer(document, marking),
        ),
        lang="en-GB",
    )
    return f"<!DOCTYPE html>\n{page}"


def write_html(document: Document, path: FilePath, *, draw: Draw = plainly) -> None:
    """Write a document as one HTML file, whole or not at all.

    Args:
        document: The document.
        path: The file, such as `report.html`.
        draw: What draws its charts.

    Raises:
        OSError: If it cannot be written.
        ModuleNotFoundError, ValueError: As `html`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing.exhibits import Document
    >>> with TemporaryDirectory() as folder:
    ...     write_html(Document(name="note", title="A note"), Path(folder, "note.html"))
    ...     Path(folder, "note.html").read_text(encoding="utf-8")[:15]
    '<!DOCTYPE html>'
    """
    page = html(document, draw=draw)
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def _refuse_one_name_twice(document: Document) -> None:
    """Names are what the parts of a chart are told apart by."""
    names = Counter(each.name for each in document.exhibits if isinstance(each, Chart))
    twice = sorted(name for name, number in names.items() if number > 1)
    if twice:
        raise ValueError(f"several charts of the document are named {', '.join(twice)}")


def _head(document: Document, marking: str | None) -> Markup:
    style = files("npolicing.pages").joinpath("style.css").read_text(encoding="utf-8")
    rules = page_rules(document.title, marking, synthetic=_synthetic(document))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="generator", content=f"npolicing {version('npolicing')}"),
        element("title", document.title),
        element("style", Markup(f"\n{style}\n{rules}")),
    )


def _synthetic(document: Document) -> bool:
    return document.synthetic or any(each.synthetic for each in document.exhibits)


def _header(document: Document, marking: str | None) -> Markup:
    subtitle = element("p", document.subtitle, class_="subtitle") if document.subtitle else None
    made_up = element("p", _made_up(document), class_="synthetic") if _synthetic(document) else None
    title = element("h1", document.title)
    return element("header", _marked(marking), title, subtitle, made_up)


def _made_up(document: Document) -> str:
    exhibits = document.exhibits
    if all(each.synthetic for each in exhibits):
        return SYNTHETIC
    many = sum(each.synthetic for each in exhibits)
    return (
        f"Partly synthetic: {many} of {len(exhibits)} exhibits are of rows that are made up, and "
        "show nothing of any force. Each of them says so."
    )


def _marked(marking: str | None) -> Markup | None:
    return None if marking is None else element("p", marking, class_="marking")


def _named(document: Document) -> Iterator[tuple[str, str]]:
    """The parts of a document that have something in them: an anchor and a heading each."""
    if document.findings or document.summary:
        yield "findings", "Findings"
    for number, section in enumerate(document.sections, start=1):
        yield f"section-{number}", section.heading
    if document.definitions:
        yield "definitions", "Definitions"
    if document.provenance:
        yield "provenance", "How this was made"


def _contents(document: Document) -> Markup:
    links = (
        element("li", element("a", heading, href=f"#{anchor}"))
        for anchor, heading in _named(document)
    )
    return element(
        "nav",
        element("h2", "Contents", id="contents"),
        element("ul", *links),
        aria_labelledby="contents",
    )


def _parts(document: Document, draw: Draw) -> Iterator[Markup]:
    inside: dict[str, list[Markup]] = {
        "findings": list(_findings(document)),
        **{
            f"section-{number}": list(_section(section, draw))
            for number, section in enumerate(document.sections, start=1)
        },
        "definitions": [_definitions(document)],
        "provenance": [_provenance(document)],
    }
    for anchor, heading in _named(document):
        yield element("section", element("h2", heading), *inside[anchor], id=anchor)


def _findings(document: Document) -> Iterator[Markup]:
    if document.summary:
        yield element("p", document.summary, class_="summary")
    if document.findings:
        yield element("ol", *(element("li", finding) for finding in document.findings))


def _section(section: Section, draw: Draw) -> Iterator[Markup]:
    yield from (element("p", words) for words in section.words)
    if section.missing:
        sentences = (element("li", sentence) for sentence in section.missing)
        yield element("div", element("h3", "Missing"), element("ul", *sentences), class_="missing")
    yield from (exhibit(each, draw) for each in section.exhibits)


def _definitions(document: Document) -> Markup:
    return element(
        "dl",
        *(
            element("div", element("dt", term), element("dd", meaning))
            for term, meaning in document.definitions
        ),
    )


def _provenance(document: Document) -> Markup:
    rows = (
        element("tr", element("th", label, scope="row"), element("td", value))
        for label, value in document.provenance
    )
    heads = element("tr", element("th", "What", scope="col"), element("th", "Which", scope="col"))
    return element(
        "table",
        element("caption", "What it was made from, with what, and what was checked"),
        element("thead", heads),
        element("tbody", *rows),
        class_="provenance",
    )


def _footer(document: Document, marking: str | None) -> Markup:
    made = element("p", f"{document.title}. Made with npolicing {version('npolicing')}.")
    return element("footer", made, _marked(marking))
