"""The notebooks of the examples run from their first cell to their last, and are kept without
what they gave: a figure in git is one that nobody has worked out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples" / "notebooks").glob("*.ipynb"))


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_there_are_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["meeting-at-two"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_gave(path: Path) -> None:
    code = [cell for cell in content(path)["cells"] if cell["cell_type"] == "code"]

    assert code
    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    assert {cell["execution_count"] for cell in code} == {None}
    assert set(content(path)["metadata"]) == {"kernelspec", "language_info"}


@pytest.fixture(scope="module")
def run() -> list[dict[str, Any]]:
    """What the cells of the meeting's notebook give, in a kernel of its own."""
    (path,) = NOTEBOOKS
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # it has no types
    client = nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    return [dict(cell) for cell in notebook.cells if cell.cell_type == "code"]


def given(cells: list[dict[str, Any]], kind: str) -> list[str]:
    """What cells gave of one kind."""
    return [
        output["data"][kind]
        for cell in cells
        for output in cell["outputs"]
        if kind in output.get("data", {})
    ]


def test_the_meeting_has_its_figures(run: list[dict[str, Any]]) -> None:
    html = given(run, "text/html")

    assert "spcb-2019-appendix-1.txt as Observation</caption>" in html[0]
    assert "<caption>Observation</caption>" in html[1]
    assert any("<svg" in each and 'role="img"' in each for each in html)
    assert html[-1].startswith("<table><caption>Reconciliation: 109 printed figures")
    words = "\n".join(given(run, "text/plain"))
    assert "PERCENT_MISMATCH" in words
    assert "15.2" in words, "schemes a month that the target needs"
    assert "0.522" in words, "the fund's spend rate, a ratio of sums"


def test_no_cell_warned_or_failed(run: list[dict[str, Any]]) -> None:
    told = [
        output
        for cell in run
        for output in cell["outputs"]
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]

    assert told == []
