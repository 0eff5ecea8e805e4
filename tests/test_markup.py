"""Tables as HTML: read as tables by everybody, and nothing but text whatever stands in them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import HOSTILE, Node, parsed

from npolicing._markup import Markup, element
from npolicing.exhibits import Heading, Table, html_table, table_from

HEADINGS = [
    Heading(column="npu", label="NPU"),
    Heading(column="schemes", label="Current", unit="schemes"),
    Heading(column="spent", label="Spent", unit="GBP"),
    Heading(column="rate", label="Share", unit="ratio"),
    Heading(column="members", label="Members", unit="members"),
]


def watch(**changes: object) -> Table:
    data = pd.DataFrame(
        {
            "npu": pd.Series(["CV", "DY", None], dtype="object"),
            "schemes": pd.array([1294, None, 1300], dtype="Int64"),
            "spent": [100996, 0.5, 100996.5],
            "rate": [0.408952, float("nan"), 1.0],
            "members": [3, 4, 7],
            "is_total": [False, False, True],
        }
    )
    return table_from(data, "watch", "Watch", HEADINGS, **changes)  # type: ignore[arg-type] # a test's own


def tree(table: Table) -> Node:
    return parsed(html_table(table))


def row(table: Table, at: int) -> list[Node]:
    rows = tree(table).one("tbody").all("tr")
    return [each for each in rows[at].children if isinstance(each, Node)]


def test_it_has_a_caption_and_a_heading_with_its_unit_to_each_column() -> None:
    found = tree(watch())
    assert found.one("caption").text == "Watch"
    heads = found.one("thead").all("th")
    assert [each.text for each in heads] == [
        "NPU",
        "Current (schemes)",
        "Spent (£)",
        "Share (%)",
        "Members",  # which says its unit
    ]
    assert {each.attributes["scope"] for each in heads} == {"col"}


def test_one_unit_that_the_title_says_is_said_once() -> None:
    headings = [HEADINGS[0], HEADINGS[1]]
    plain = table_from(watch().data, "watch", "Schemes by unit", headings)
    assert [each.text for each in tree(plain).one("thead").all("th")] == ["NPU", "Current"]
    # With another unit beside it each says its own.
    both = table_from(watch().data, "watch", "Schemes by unit", HEADINGS[:3])
    assert tree(both).one("thead").all("th")[1].text == "Current (schemes)"


def test_the_first_cell_of_a_row_is_its_heading_and_numbers_stand_on_the_right() -> None:
    first, *others = row(watch(), 0)
    assert (first.name, first.attributes) == ("th", {"scope": "row"})
    assert [(each.name, each.text, each.attributes) for each in others] == [
        ("td", "1,294", {"class": "number"}),
        ("td", "£100,996", {"class": "number"}),
        ("td", "40.9 %", {"class": "number"}),
        ("td", "3", {"class": "number"}),
    ]


def test_no_figure_is_a_dash_to_the_eye_and_words_to_the_ear() -> None:
    unknown = row(watch(), 1)[1]
    dash, words = (each for each in unknown.children if isinstance(each, Node))
    assert (dash.text, dash.attributes) == ("–", {"aria-hidden": "true"})
    assert (words.text, words.attributes) == ("no figure", {"class": "unseen"})


def test_a_total_is_named_in_words_and_has_a_weight_of_its_own() -> None:
    rows = tree(watch()).one("tbody").all("tr")
    assert [each.attributes for each in rows] == [{}, {}, {"class": "total"}]
    assert row(watch(), 2)[0].text == "Total"


def test_a_total_whose_first_cell_says_something_is_named_beside_it() -> None:
    data = watch().data.assign(npu=["CV", "DY", "2019-07"])
    assert row(table_from(data, "watch", "Watch", HEADINGS), 2)[0].text == "Total: 2019-07"


def test_a_table_without_totals_has_none() -> None:
    data = watch().data.drop(columns="is_total")
    assert not tree(table_from(data, "watch", "Watch", HEADINGS)).all(class_="total")


def test_a_day_and_a_month_are_not_broken_over_two_lines() -> None:
    data = pd.DataFrame({"day": ["2019-10-15", "2019-10", "2019", "20-19-10-15"]})
    made = table_from(data, "days", "Days", [Heading(column="day", label="Day")])
    assert [each.text for each in tree(made).all("time")] == ["2019-10-15", "2019-10"]


def test_a_keyboard_can_scroll_it_and_an_ear_knows_what_it_scrolls() -> None:
    wide = tree(watch()).one(class_="wide")
    assert wide.attributes == {
        "class": "wide",
        "role": "region",
        "tabindex": "0",
        "aria-label": "Watch",
    }
    assert len(wide.all("table")) == 1


def test_what_it_is_of_stands_over_it_and_where_it_is_from_under_it() -> None:
    made = tree(watch(notes=["A note."], source="Appendix 1", synthetic=True, marking="OFFICIAL"))
    over, _, under = (
        each for each in made.one(class_="npolicing").children if isinstance(each, Node)
    )
    assert over.text.startswith("Synthetic: of rows that are made up.")
    assert [each.text for each in under.all("p")] == ["A note.", "Source: Appendix 1.", "OFFICIAL"]
    bare = tree(watch()).one(class_="npolicing")
    assert [each.attributes["class"] for each in bare.children if isinstance(each, Node)] == [
        "wide"
    ]


def test_an_empty_table_keeps_its_headings() -> None:
    empty = table_from(watch().data.head(0), "watch", "Watch", HEADINGS)
    assert len(tree(empty).one("thead").all("th")) == 5
    assert tree(empty).one("tbody").all("tr") == []


def test_a_notebook_shows_it_with_a_style_of_its_own() -> None:
    shown = watch()._repr_html_()
    assert shown.endswith(html_table(watch()))
    assert shown.startswith("<style>")
    rules = parsed(shown).one("style").text
    # No rule of it is for anything else of the notebook.
    assert {each.strip().split()[0] for each in rules.split("}") if each.strip()} == {".npolicing"}


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_stands_in_a_table_is_text(words: str) -> None:
    made = table_from(
        pd.DataFrame({"a": [words], "b": [words]}, dtype="object"),
        words,
        words,
        [Heading(column="a", label=words), Heading(column="b", label=words, unit=words)],
        notes=[words],
        source=words,
        marking=words,
    )
    shown = html_table(made)
    found = parsed(shown)
    assert {each.name for each in found.walk()} <= {
        *("", "div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td", "p"),
    }
    assert {name for each in found.walk() for name in each.attributes} <= {
        *("class", "role", "tabindex", "aria-label", "scope"),
    }
    shown.encode("utf-8")
    assert "\x00" not in shown


@given(st.text())
def test_text_comes_back_as_it_was_put_in(words: str) -> None:
    made = element("p", words, title=words)
    told = element("b", "x").removesuffix("x</b>")
    assert told == "<b>"
    found = parsed(made).one("p")
    kept = "".join("\ufffd" if _no_character(sign) else sign for sign in words)
    assert "".join(map(str, found.children)) == kept
    assert found.attributes["title"] == kept


def _no_character(sign: str) -> bool:
    """What the standard of HTML lets stand nowhere, from its own lists."""
    code = ord(sign)
    control = code < 0x20 or 0x7F <= code < 0xA0
    surrogate = 0xD800 <= code < 0xE000
    none = 0xFDD0 <= code < 0xFDF0 or code in (0xFFFE, 0xFFFF)
    return (control and sign not in "\t\n\r") or surrogate or none


def test_what_is_joined_of_markup_is_text_again() -> None:
    """To forget that something is markup shows its signs; it never lets others in."""
    bold = element("b", "x")
    assert isinstance(bold, Markup)
    assert element("p", f"{bold}") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"
    assert element("p", bold, None) == "<p><b>x</b></p>\n"


def test_names_of_attributes_read_as_html_has_them() -> None:
    made = element("a", "x", class_="c", aria_label="l", href=None)
    assert made == '<a class="c" aria-label="l">x</a>'
