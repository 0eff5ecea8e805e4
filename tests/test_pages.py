"""Documents as pages: one file that needs nothing else, whatever stands in the document."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import attrs
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import HOSTILE, Node, parsed

from npolicing import paper
from npolicing.exhibits import Chart, Document, Heading, Section, Table, table_from
from npolicing.pages import html, write_html
from npolicing.pages.printed import page_rules


@attrs.frozen
class Drawn:
    """A picture that says which chart it is of."""

    svg: str


def drawn(chart: Chart, /) -> Drawn:
    return Drawn(f'<svg role="img" viewBox="0 0 1 1"><title>{len(chart.name)}</title></svg>')


def table(name: str = "schemes", **changes: object) -> Table:
    data = pd.DataFrame({"npu": ["CV", "DY"], "n": [12, 4]})
    headings = [Heading(column="npu", label="NPU"), Heading(column="n", label="N", unit="schemes")]
    return table_from(data, name, f"Table {name}", headings, **changes)  # type: ignore[arg-type] # a test's own


def chart(name: str = "chart", of: Table | None = None, **changes: object) -> Chart:
    made = Chart(name=name, title="Dudley has fewest", alt="Bars.", table=of or table())
    return attrs.evolve(made, **changes)  # type: ignore[arg-type] # a test's own


def document(**changes: object) -> Document:
    made = Document(
        name="paper",
        title="Neighbourhood policing",
        subtitle="October 2019",
        summary="95 of 109 were held.",
        findings=("The first.", "The second."),
        sections=(
            Section(heading="Schemes", words=("Some words.",), exhibits=(chart(), table("more"))),
            Section(heading="Logs", missing=("There are no logs.",)),
        ),
        definitions=(("Gap", "Target minus current."),),
        provenance=(("Made with", "npolicing"),),
    )
    return attrs.evolve(made, **changes)  # type: ignore[arg-type] # a test's own


def page(**changes: object) -> Node:
    return parsed(html(document(**changes), draw=drawn))


def test_it_is_in_british_english_and_has_one_title() -> None:
    found = page()
    assert found.one("html").attributes == {"lang": "en-GB"}
    assert found.one("head").one("title").text == "Neighbourhood policing"
    assert found.one("h1").text == "Neighbourhood policing"
    assert len(found.all("meta", charset="utf-8")) == 1
    assert html(document(), draw=drawn).startswith("<!DOCTYPE html>\n<html")


def test_headings_go_down_a_step_at_a_time() -> None:
    levels = [int(each.name[1]) for each in page().all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert [each.text for each in page().all("h2")] == [
        *("Contents", "Findings", "Schemes", "Logs", "Definitions", "How this was made"),
    ]


def test_contents_lead_to_each_part_and_the_first_link_past_them() -> None:
    found = page()
    anchors = [(each.attributes["href"] or "")[1:] for each in found.one("nav").all("a")]
    assert anchors == ["findings", "section-1", "section-2", "definitions", "provenance"]
    ids = [each.attributes["id"] for each in found.walk() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert {*anchors, "main"} <= set(ids)
    first = found.all("a")[0]
    assert (first.attributes["href"], first.text) == ("#main", "Skip to the findings")


def test_everything_stands_in_a_landmark() -> None:
    body = page().one("body")
    names = [each.name for each in body.children if isinstance(each, Node)]
    assert names == ["a", "header", "nav", "main", "footer"]


def test_findings_come_first_as_a_numbered_list() -> None:
    first = next(each for each in page().one("main").children if isinstance(each, Node))
    assert first.attributes == {"id": "findings"}
    assert first.one("p").text == "95 of 109 were held."
    assert [each.text for each in first.one("ol").all("li")] == ["The first.", "The second."]


def test_parts_with_nothing_in_them_are_left_out() -> None:
    bare = page(findings=(), summary="", sections=(), definitions=(), provenance=(), subtitle="")
    assert [each.text for each in bare.all("h2")] == ["Contents"]
    assert bare.one("main").text == ""


def test_a_chart_has_its_message_its_picture_and_its_figures_beneath() -> None:
    figure = page().one("figure")
    assert figure.one("figcaption").one("h3").text == "Dudley has fewest"
    assert figure.one("svg").attributes["role"] == "img"
    # Open, for a closed one may not be printed.
    assert figure.one("details").attributes == {"open": ""}
    assert figure.one("details").one("caption").text == "Table schemes"
    names = [each.name for each in figure.children if isinstance(each, Node)]
    assert names == ["figcaption", "div", "details"]


def test_what_a_chart_has_said_its_table_does_not_say_again() -> None:
    said: dict[str, object] = {
        "notes": ("Both say it.",),
        "source": "Appendix 1",
        "synthetic": True,
    }
    beneath = table(notes=("Both say it.", "The table alone."), source="Appendix 1", synthetic=True)
    one = chart("chart", beneath, **said)
    figure = page(sections=(Section(heading="S", exhibits=(one,)),)).one("figure")
    assert figure.text.count("Both say it.") == 1
    assert figure.text.count("The table alone.") == 1
    assert figure.text.count("Source: Appendix 1.") == 1
    assert figure.text.count("Synthetic:") == 1
    other = chart(of=table(source="Appendix 2", synthetic=True), source="Appendix 1")
    figure = page(sections=(Section(heading="S", exhibits=(other,)),)).one("figure")
    assert "Source: Appendix 1." in figure.text
    assert "Source: Appendix 2." in figure.text
    assert "Synthetic:" in figure.text


def test_what_is_missing_is_said_in_words_in_a_box() -> None:
    box = page().one(class_="missing")
    assert box.text == "Missing There are no logs."


@pytest.mark.parametrize("marking", [None, "OFFICIAL-SENSITIVE"])
def test_the_marking_is_the_first_and_the_last_thing(marking: str | None) -> None:
    found = page(marking=marking)
    head, foot = found.one("header"), found.one("footer")
    if marking is None:
        assert not found.all(class_="marking")
        assert "@top-center { content: " not in html(document(), draw=drawn)
    else:
        assert head.text.startswith(marking)
        assert foot.text.endswith(marking)
        rules = found.one("head").one("style").text
        assert '@top-center { content: "OFFICIAL\\00002d SENSITIVE"; }' in rules
        assert '@bottom-center { content: "OFFICIAL\\00002d SENSITIVE"; }' in rules


def test_a_document_of_marked_exhibits_is_marked_as_they_are() -> None:
    marked = Section(heading="S", exhibits=(table(marking="OFFICIAL"),))
    assert page(sections=(marked,)).one("footer").text.endswith("OFFICIAL")
    beneath = Section(heading="S", exhibits=(chart(of=table(marking="OFFICIAL")),))
    assert page(sections=(beneath,)).one("footer").text.endswith("OFFICIAL")
    two = Section(heading="S", exhibits=(table(marking="A"), table("b", marking="B")))
    with pytest.raises(ValueError, match="exhibits of the document are marked A and B: say which"):
        html(document(sections=(two,)), draw=drawn)
    assert page(sections=(two,), marking="B").one("header").text.startswith("B")


def test_made_up_figures_are_told_of_at_the_head_and_at_each_exhibit() -> None:
    one = Section(heading="S", exhibits=(table(synthetic=True), table("b")))
    found = page(sections=(one,))
    assert (
        found.one("header")
        .one(class_="synthetic")
        .text.startswith("Partly synthetic: 1 of 2 exhibits are of rows that are made up")
    )
    assert len(found.one("main").all(class_="synthetic")) == 1
    whole = page(sections=(attrs.evolve(one, exhibits=one.exhibits[:1]),))
    assert whole.one("header").one(class_="synthetic").text.startswith("Synthetic: of rows")
    assert not page().all(class_="synthetic")
    assert page(synthetic=True, sections=()).one("header").all(class_="synthetic")
    assert '@top-right { content: "Synthetic"; }' in found.one("style").text


def test_definitions_and_provenance_end_it() -> None:
    *_, definitions, provenance = (
        each for each in page().one("main").children if isinstance(each, Node)
    )
    assert (definitions.one("dt").text, definitions.one("dd").text) == (
        "Gap",
        "Target minus current.",
    )
    row = provenance.one("tbody").one("tr")
    assert (row.one("th").attributes["scope"], row.text) == ("row", "Made withnpolicing")


LOADS = {"src", "href", "data", "action", "poster", "srcset", "formaction", "ping", "background"}


def held_to_itself(found: Node) -> None:
    """Nothing on a page runs, and nothing is loaded from anywhere."""
    names = {each.name for each in found.walk()}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for each in found.walk():
        assert not [name for name in each.attributes if name.startswith("on")]
        links = [each.attributes[name] or "" for name in LOADS & each.attributes.keys()]
        assert all(link.startswith("#") for link in links)
    rules = "".join(each.text for each in found.all("style"))
    assert "url(" not in rules
    assert "@import" not in rules
    policy = found.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_nothing_runs_and_nothing_is_loaded() -> None:
    held_to_itself(page(marking="OFFICIAL"))


def hostile(words: str) -> Document:
    """A document with the same words in each of its fields."""
    beneath = table_from(
        pd.DataFrame({"a": [words], "b": [words]}, dtype="object"),
        "table",
        words,
        [Heading(column="a", label=words), Heading(column="b", label=words, unit=words)],
        notes=[words],
        source=words,
        synthetic=True,
        marking=words,
    )
    one = Chart(
        name="chart",
        title=words,
        alt=words,
        table=beneath,
        notes=(words, "else"),
        source=words,
        marking=words,
    )
    section = Section(heading=words, words=(words,), exhibits=(one, beneath), missing=(words,))
    return Document(
        name=words,
        title=words,
        subtitle=words,
        summary=words,
        findings=(words,),
        sections=(section,),
        definitions=((words, words),),
        provenance=((words, words),),
        marking=words,
    )


ELEMENTS = set(
    """html head meta title style body a header p h1 nav h2 ul li main section ol figure h3 div svg
    figcaption details summary table caption span thead tr th tbody td dl dt dd footer""".split()  # noqa: SIM905 # as words
) | {""}


@pytest.mark.parametrize("words", [each for each in HOSTILE if each.isprintable()])
def test_whatever_stands_in_a_document_is_text(words: str) -> None:
    found = parsed(html(hostile(words), draw=drawn))
    held_to_itself(found)
    assert {each.name for each in found.walk()} <= ELEMENTS
    assert found.one("h1").text == words
    assert len(found.all("style")) == len(found.all("main")) == 1


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40))
def test_no_marking_leaves_the_string_that_it_is_printed_from(words: str) -> None:
    rules = page_rules(words, words, synthetic=False)
    strings = re.findall(r'content: "((?:[^"\\]|\\[0-9a-f]{6} )*)"', rules)
    assert len(strings) == 3
    again = re.sub(r"\\([0-9a-f]{6}) ", lambda code: chr(int(code[1], 16)), strings[1])
    assert again == words
    assert "<" not in rules


def test_a_long_title_is_cut_at_the_foot_of_a_page() -> None:
    assert '"' + "x" * 89 + "\\002026 " in page_rules("x" * 91, None, synthetic=False)
    assert '"' + "x" * 90 + '"' in page_rules("x" * 90, None, synthetic=False)


def test_the_style_holds_no_end_of_itself() -> None:
    style = files("npolicing.pages").joinpath("style.css").read_text(encoding="utf-8")
    assert "<" not in style
    assert style.count("{") == style.count("}")


def test_the_same_document_gives_the_same_text() -> None:
    assert html(document(), draw=drawn) == html(document(), draw=drawn)
    made = paper.document(paper.report(paper.wmp_2019()))
    assert html(made) == html(made)


def test_two_charts_of_one_name_are_refused() -> None:
    twice = Section(heading="S", exhibits=(chart(), chart(), chart("other")))
    with pytest.raises(ValueError, match=r"^several charts of the document are named chart$"):
        html(document(sections=(twice,)), draw=drawn)


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "paper.html"
    write_html(document(), path, draw=drawn)
    before = path.read_bytes()
    assert before.decode() == html(document(), draw=drawn)

    def fails(_: Chart, /) -> Drawn:
        raise ModuleNotFoundError("no matplotlib")

    with pytest.raises(ModuleNotFoundError):
        write_html(document(title="another"), path, draw=fails)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_tables_need_nothing_that_draws() -> None:
    def never(_: Chart, /) -> Drawn:
        raise AssertionError("there is no chart")

    tables = document(sections=(Section(heading="S", exhibits=(table(),)),))
    captions = parsed(html(tables, draw=never)).all("caption")
    assert captions[0].text == "Table schemes"
