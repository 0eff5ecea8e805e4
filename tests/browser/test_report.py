"""The report in a real browser: on a phone, on a desktop, in print, by keyboard and by ear."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from browsing import DESKTOP, NARROW, PHONE, Watch
from parsed_html import HOSTILE
from pypdf import PdfReader

from npolicing.cli import main
from npolicing.exhibits import Chart, Document, Heading, Section, table_from
from npolicing.pages import write_html
from npolicing.store import write_store
from npolicing.synthetic import log_batches

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARKING = "OFFICIAL-SENSITIVE"
PICTURES = {"paper": 4, "logs": 6, "tables": 0, "hostile": 1, "sim": 5, "qpr": 7}
REPORTS = list(PICTURES)
SIZES = {"phone": PHONE, "desktop": DESKTOP, "narrow": NARROW}


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the first command and others, and the packs of made-up logs."""
    folder = tmp_path_factory.mktemp("reports")
    store = folder / "store"
    write_store(log_batches(rows=50_000, first="2017-07", last="2019-12"), store, how="replace")
    asked = {
        "paper": [],
        "logs": ["--logs", str(store), "--marking", MARKING],
        "tables": ["--no-charts", "--npu", "Coventry"],
    }
    for name, more in asked.items():
        assert main(["paper", "--out", str(folder / name), *more]) == 0
    write_html(
        hostile(" ".join(HOSTILE).encode("utf-8", "replace").decode()), folder / "hostile.html"
    )
    packs = folder / "packs"
    given = ["--store", str(store), "--tables", str(folder / "paper" / "csv"), "--out", str(packs)]
    assert main(["pack", "sim", "--npu", "CV", "--month", "2019-09", *given]) == 0
    assert main(["pack", "qpr", "--quarter", "2019/20-Q2", *given]) == 0
    found = {name: folder / name / "paper.html" for name in asked}
    found |= {name: next(packs.rglob(f"*{name}*.html")) for name in ("sim", "qpr")}
    return {**found, "hostile": folder / "hostile.html"}


def hostile(words: str) -> Document:
    """A document of words that would run if they were more than words."""
    beneath = table_from(
        pd.DataFrame({"a": [words, None], "b": [1.0, None]}),
        "beneath",
        f"Table: {words}",
        [Heading(column="a", label=words), Heading(column="b", label=words, unit="logs")],
        notes=[words],
        source=words,
    )
    chart = Chart(name="chart", title=words, alt=words, table=beneath, notes=(words,))
    return Document(
        name="hostile",
        title=words,
        subtitle=words,
        summary=words,
        findings=(words,),
        sections=(Section(heading=words, words=(words,), exhibits=(chart,), missing=(words,)),),
        definitions=((words, words),),
        provenance=((words, words),),
    )


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, reports: dict[str, Path], page: Page) -> str:
    """One of the reports, opened."""
    page.goto(reports[request.param].as_uri())
    return str(request.param)


def resize(page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size]["width"], "height": SIZES[size]["height"]})


@pytest.mark.parametrize("size", [*SIZES, "print"])
def test_axe_finds_nothing(
    page: Page, report: str, size: str, axe: Callable[[Page], list[str]], shots: Path
) -> None:
    if size == "print":
        page.emulate_media(media="print")
    else:
        resize(page, size)
    assert axe(page) == []
    page.screenshot(path=shots / f"{report}-{size}.png", full_page=True)


def test_axe_would_find_something(
    page: Page, reports: dict[str, Path], axe: Callable[[Page], list[str]]
) -> None:
    text = reports["paper"].read_text(encoding="utf-8")
    for wrong, right in (('lang="en-GB"', ""), ("--ink: #0b0c0c", "--ink: #bbbbbb")):
        assert wrong in text
        text = text.replace(wrong, right)
    page.set_content(text)
    found = {each.split(" ")[0] for each in axe(page)}
    assert {"html-has-lang", "color-contrast"} <= found


def test_nothing_is_said_in_the_console_and_nothing_asked_of_any_network(
    page: Page, report: str, watch: Watch
) -> None:
    page.wait_for_load_state("networkidle")
    assert watch.complaints == []
    assert watch.requests == [page.url]
    assert report in REPORTS


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_never_wider_than_the_screen(page: Page, report: str, size: str) -> None:
    resize(page, size)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= SIZES[size]["width"], report


def test_every_picture_has_a_name_and_a_description(page: Page, report: str) -> None:
    said = page.evaluate(
        """[...document.querySelectorAll('svg')].map(svg => [svg.getAttribute('role'),
        ...svg.getAttribute('aria-labelledby').split(' ').map(
            id => document.getElementById(id).textContent)])"""
    )
    assert len(said) == PICTURES[report]
    assert [role for role, *_ in said] == ["img"] * len(said)
    assert all(title and words for _, title, words in said)
    named = page.get_by_role("img").all()
    assert len(named) == len(said)


def test_ids_are_said_once(page: Page, report: str) -> None:
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert sorted(ids) == sorted(set(ids)), report


def test_every_link_leads_somewhere(page: Page, report: str) -> None:
    dead = page.evaluate(
        """[...document.querySelectorAll('a')].map(each => each.getAttribute('href')).filter(
        to => !to.startsWith('#') || !document.getElementById(to.slice(1)))"""
    )
    assert dead == [], report


def test_the_first_key_leads_past_the_contents(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["paper"].as_uri())
    skip = page.get_by_role("link", name="Skip to the findings")
    assert not skip_is_seen(page)
    page.keyboard.press("Tab")
    assert skip.evaluate("each => each === document.activeElement")
    assert skip_is_seen(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert inside is True


def skip_is_seen(page: Page) -> bool:
    return bool(page.evaluate("document.querySelector('.skip').getBoundingClientRect().top >= 0"))


def test_each_thing_that_has_the_focus_shows_it(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["paper"].as_uri())
    number = page.evaluate("document.querySelectorAll('a, summary, [tabindex]').length")
    seen = []
    for _ in range(number):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("getComputedStyle(document.activeElement).boxShadow"))
    assert number > 15
    assert "none" not in seen


def test_a_table_that_is_too_wide_scrolls_by_keyboard(page: Page, reports: dict[str, Path]) -> None:
    page.goto(reports["logs"].as_uri())
    resize(page, "narrow")
    wide = page.get_by_role("region", name="P6 logs by unit (synthetic)")
    assert wide.evaluate("each => each.scrollWidth > each.clientWidth") is True
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("each => each.scrollLeft > 0", arg=wide.element_handle(), timeout=5_000)


def pdf(page: Page, path: Path) -> list[str]:
    """The words of each page that is printed, which is also left to be looked at."""
    path.write_bytes(page.pdf(prefer_css_page_size=True))
    if shutil.which("pdftoppm") is not None:
        command = ["pdftoppm", "-r", "60", "-png", str(path), str(path.with_suffix(""))]
        subprocess.run(command, check=True)  # noqa: S603 # our own words
    read = PdfReader(io.BytesIO(path.read_bytes()))
    assert {(round(each.mediabox.width), round(each.mediabox.height)) for each in read.pages} == {
        (595, 842)  # A4, in points
    }
    return [each.extract_text() for each in read.pages]


def test_each_printed_page_is_marked_and_numbered(
    page: Page, reports: dict[str, Path], shots: Path
) -> None:
    page.goto(reports["logs"].as_uri())
    pages = pdf(page, shots / "logs-print.pdf")
    assert len(pages) > 5
    for number, words in enumerate(pages, start=1):
        assert words.count(MARKING) >= 2, f"page {number} is not marked at its head and foot"
        assert f"Page {number} of {len(pages)}" in words
        assert "Synthetic" in words


def test_what_is_closed_on_the_screen_is_printed(
    page: Page, reports: dict[str, Path], shots: Path
) -> None:
    page.goto(reports["paper"].as_uri())
    page.get_by_text("The figures of this chart").first.click()
    assert page.get_by_role("cell", name="73.3 %").first.is_visible() is False
    words = " ".join(pdf(page, shots / "paper-print.pdf"))
    assert "Attainment" in words
    assert "73.3 %" in words
    assert MARKING not in words


def test_no_table_that_fits_a_page_is_broken(
    page: Page, reports: dict[str, Path], shots: Path
) -> None:
    """The head of each table, its first and its last row are on one page."""
    page.goto(reports["logs"].as_uri())
    pages = pdf(page, shots / "logs-again.pdf")
    months = [("2017-10", "2019-09")] * 2
    whole = [words for words in pages if all(month in words for month in months[0])]
    assert len(whole) == len(months)
    assert any("Outstanding" in words and "£627,804" in words for words in pages)
