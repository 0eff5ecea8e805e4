"""Lines of CSV sorted out: an open quote costs its own line, and each line is accounted for."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing.intake.csv_cells import Broken, Dialect, Line
from npolicing.intake.csv_lines import Form, Lines, sort_lines

FORM = Form(dialect=Dialect(","), width=3, longest=1_000)


def sort(content: bytes, form: Form = FORM, *, last: bool = True) -> Lines:
    return sort_lines(content, form, last=last)


def kept(found: Lines, content: bytes) -> bytes:
    return b"".join(content[start:end] for start, end in found.runs)


def balanced(found: Lines) -> bool:
    rows = len(found.whole) + len(found.odd)
    aside = sum(found.set_aside.values())
    return found.lines == rows + len(found.refused) + aside + found.continued


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ('"a,b",,"c"', ["a,b", "", "c"]),
        ('"said ""no""",b,', ['said "no"', "b", ""]),
        ('"","""",x', ["", '"', "x"]),
    ],
)
def test_cells_are_told_apart_as_rfc_4180_has_it(text: str, cells: list[str]) -> None:
    assert Dialect(",").read(text) == Line(cells)


def test_a_quote_within_a_cell_that_does_not_begin_with_one_is_text() -> None:
    assert Dialect(",").read('5" nail,b') == Line(['5" nail', "b"], loose=True)


def test_what_has_no_cells_says_why() -> None:
    assert Dialect(",").read('a,"b,c') == Broken(
        "has a closing quote for each opening one", open=True
    )
    assert Dialect(",").read('"a"b,c') == Broken(
        "has nothing between a closing quote and the next cell"
    )


def test_an_open_quote_costs_its_own_line_alone() -> None:
    content = b'1,2,3\n4,"open,6\n7,8,9\n1,"x",3\n'
    found = sort(content)

    assert kept(found, content) == b'1,2,3\n7,8,9\n1,"x",3\n'
    assert [each.line for each in found.refused] == [1]
    assert [each.text for each in found.refused] == ['4,"open,6']
    assert balanced(found)


def test_a_quoted_line_break_goes_on_with_its_row() -> None:
    found = sort(b'1,"x\ny\nz",3\n4,5,6\n')

    assert found.odd == [(0, ["1", "x\ny\nz", "3"])]
    assert (found.continued, found.whole.tolist()) == (2, [3])
    assert balanced(found)


def test_a_line_that_is_a_whole_row_never_goes_on_with_another() -> None:
    # Read as RFC 4180 has it, the first row would swallow the second.
    found = sort(b'1,"open,3\n4,5,6\n7,closed",9\n')

    assert found.whole.tolist() == [1]
    assert [each.line for each in found.refused] == [0]
    # A quote that opens no cell is text.
    assert found.odd == [(2, ["7", 'closed"', "9"])]


def test_an_open_quote_at_the_end_of_a_part_waits_for_the_next() -> None:
    content = b'1,2,3\n4,"open\n'

    assert (sort(content, last=False).lines, sort(content, last=False).size) == (1, 6)
    assert (sort(content).lines, len(sort(content).refused)) == (2, 1)


def test_a_quote_that_is_open_for_a_hundred_lines_is_not_waited_for() -> None:
    content = b'1,"open,3\n' + b"x\n" * 101
    found = sort(content, last=False)

    assert found.lines == 102
    assert len(found.refused) == 102


def test_a_row_over_several_lines_of_another_width_is_refused_line_by_line() -> None:
    found = sort(b'1,"x\ny"\n4,5,6\n')

    assert [each.line for each in found.refused] == [0, 1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"1,2", "has 3 cells, as the header"),
        (b"1,2,3,4", "has 3 cells, as the header"),
        (b"1,\xff,3", 'is UTF-8; say encoding = "cp1252" in the profile, or mend the line'),
        (b"1,\0,3", "has no NUL byte"),
        (b"1,a\rb,3", "has no lone carriage return"),
        (b"1," + b"x" * 1000 + b",3", "has at most 1,000 bytes; say longest_line in the profile"),
    ],
)
def test_a_line_that_is_no_row_is_refused_with_its_reason(line: bytes, words: str) -> None:
    found = sort(b"1,2,3\n" + line + b"\n4,5,6\n")

    assert [(each.line, each.failures[0].rule) for each in found.refused] == [(1, words)]
    assert found.whole.tolist() == [0, 2]


@pytest.mark.parametrize("content", [b'1,"a\rb\nc",3\n', b'1,"a\nb\rc",3\n'])
def test_a_lone_return_is_refused_in_a_quoted_cell_of_several_lines_too(content: bytes) -> None:
    found = sort(content + b"4,5,6\n")

    assert found.odd == []
    assert [each.line for each in found.refused] == [0, 1]
    assert "has no lone carriage return" in [each.failures[0].rule for each in found.refused]
    assert found.whole.tolist() == [2]


def test_a_quoted_line_break_may_be_of_windows() -> None:
    assert sort(b'1,"a\r\nb",3\r\n').odd == [(0, ["1", "a\nb", "3"])]


def test_a_quote_that_is_closed_goes_on_with_no_further_line() -> None:
    # Read on to the next quote, two rows of two cells would be one of three.
    found = sort(b'"a\nb",c\nd,"e"\n')

    assert found.odd == []
    assert [each.line for each in found.refused] == [0, 1, 2]


def test_blank_lines_and_lines_of_delimiters_are_set_aside() -> None:
    found = sort(b"1,2,3\n\n,,\n \r\n4,5,6")

    assert found.set_aside == {"a blank line": 2}
    assert [each.line for each in found.refused] == [3]
    assert found.whole.tolist() == [0, 4]


def test_lines_of_no_utf_8_are_read_as_another_encoding_where_that_is_allowed() -> None:
    form = Form(dialect=Dialect(","), width=3, longest=1_000, lenient=True)

    assert sort(b"1,\xa35,3\n", form).odd == [(0, ["1", "£5", "3"])]


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from('",;\n ab1'), st.characters(codec="utf-8", exclude_characters="\r\0")
    ),
    max_size=8,
)
ROWS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=12)


def as_csv(rows: list[list[str]], quoting: int = 0) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type] # one of csv's
    return text.getvalue().encode()


def read(found: Lines, content: bytes) -> list[list[str]]:
    """Every row in its order, those of one line as Python reads them."""
    whole = {}
    for at in found.whole.tolist():
        line = content[found.starts[at] : found.ends[at]].decode()
        whole[at] = next(csv.reader([line], strict=True))
    return [cells for _, cells in sorted([*whole.items(), *found.odd])]


def swallowed(rows: list[list[str]], content: bytes) -> bool:
    """Whether a cell has a line that is a whole row by itself: then it is not read as it was."""
    return len(sort(content).whole) + len(sort(content).odd) != len(
        [row for row in rows if any(row)]
    )


@given(ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_rows_are_read_as_they_were_written(rows: list[list[str]], quoting: int) -> None:
    content = as_csv(rows, quoting)
    found = sort(content)

    assert balanced(found)
    if not any("\n" in cell for row in rows for cell in row):
        written = [row for row in rows if "".join(row).strip(",")]
        assert [row for row in read(found, content) if "".join(row).strip(",")] == written


@given(st.binary(max_size=200).map(lambda content: content.replace(b"\x80", b'"')))
def test_any_bytes_are_accounted_for(content: bytes) -> None:
    found = sort(content)

    assert balanced(found)
    assert found.size == len(content)


@given(ROWS, st.integers(0, 200), st.sampled_from([b'"', b",", b"\n", b"\xff", b"\0"]))
def test_one_wrong_byte_costs_no_row_but_those_that_it_touches(
    rows: list[list[str]], place: int, byte: bytes
) -> None:
    plain = [[cell.translate({10: "", 34: "", 44: ""}) + "x" for cell in row] for row in rows]
    content = as_csv(plain)
    cut = min(place, len(content))
    found = sort(content[:cut] + byte + content[cut:])
    lines = content[:cut] + byte + content[cut:]

    assert balanced(found)
    # The line that the byte falls into becomes two at most; every other row is read.
    assert len(read(found, lines)) >= len(rows) - 1
