"""Tables as values, as text and as Markdown."""

import pandas as pd

from npolicing.exhibits import Heading, Table, markdown, table_from, text

HEADINGS = [
    Heading(column="npu", label="NPU"),
    Heading(column="schemes", label="Schemes", unit="schemes"),
    Heading(column="spent", label="Spent", unit="GBP"),
    Heading(column="rate", label="Rate", unit="ratio"),
    Heading(column="pace", label="Pace", unit="index", places=2),
]


def blank_total() -> Table:
    headings = [HEADINGS[0], Heading(column="name", label="Name"), HEADINGS[1]]
    return table_from(
        table().data.assign(name=pd.Series(["Coventry", "Dudley", None], dtype="object")),
        "w",
        "W",
        headings,
    )


def table(**changes: object) -> Table:
    data = pd.DataFrame(
        {
            "npu": pd.Series(["CV", "D|Y", None], dtype="object"),
            "schemes": pd.array([1294, None, 1300], dtype="Int64"),
            "spent": [100996, 0.5, 100996.5],
            "rate": [0.408952, float("nan"), 1.0],
            "pace": [1.005, 0.5, 2.0],
            "hidden": [1, 2, 3],
            "is_total": [False, False, True],
        }
    )
    return table_from(data, "watch", "Watch: schemes", HEADINGS, **changes)  # type: ignore[arg-type] # a test's own


def test_cells_read_in_their_units_and_unknown_is_a_dash() -> None:
    assert table().cells == [
        ["CV", "1,294", "£100,996", "40.9 %", "1.01"],
        ["D|Y", "–", "£0.50", "–", "0.50"],
        ["Total", "1,300", "£100,996.50", "100.0 %", "2.00"],
    ]


def test_a_row_without_a_unit_is_a_total_only_where_it_is_marked() -> None:
    data = table().data.assign(is_total=False)
    assert table_from(data, "watch", "Watch", HEADINGS).cells[2][0] == "–"


def test_text_aligns_numbers_right_and_rules_off_the_total() -> None:
    assert text(table(notes=["A note."], source="Appendix 1")).splitlines() == [
        "Watch: schemes",
        "",
        "NPU    Schemes        Spent     Rate  Pace",
        "-----  -------  -----------  -------  ----",
        "CV       1,294     £100,996   40.9 %  1.01",
        "D|Y          –        £0.50        –  0.50",
        "-----  -------  -----------  -------  ----",
        "Total    1,300  £100,996.50  100.0 %  2.00",
        "",
        "  A note.",
        "  Source: Appendix 1.",
    ]
    assert "Source" not in text(table())


def test_a_total_has_no_other_words() -> None:
    assert blank_total().cells[2] == ["Total", "", "1,300"]
    assert markdown(blank_total()).splitlines()[-1] == "| **Total** |  | **1,300** |"


def test_markdown_escapes_bars_and_names_the_source() -> None:
    assert markdown(table(notes=["A note."], source="Appendix 1")).splitlines() == [
        "## Watch: schemes",
        "",
        "| NPU | Schemes | Spent | Rate | Pace |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| CV | 1,294 | £100,996 | 40.9 % | 1.01 |",
        "| D\\|Y | – | £0.50 | – | 0.50 |",
        "| **Total** | **1,300** | **£100,996.50** | **100.0 %** | **2.00** |",
        "",
        "A note.",
        "",
        "Source: Appendix 1",
    ]
    assert not markdown(table()).endswith("Source: ")


def test_the_data_keep_what_is_not_shown() -> None:
    assert list(table().data["hidden"]) == [1, 2, 3]
