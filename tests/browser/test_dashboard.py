"""The example dashboard in a real browser: its figures are the measures', and its controls work."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import pytest
from playwright.sync_api import Page, expect, sync_playwright

import npolicing as npol
from npolicing.synthetic import logs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DASHBOARD = Path(__file__).parents[2] / "examples" / "dashboard"
CHROMIUM = os.environ.get("NPOLICING_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 90_000


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])


def served(*arguments: str) -> Iterator[str]:
    """The dashboard, and its address once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.headless=true", "--browser.gatherUsageStats=false", "--", *arguments]
    with subprocess.Popen(command, cwd=DASHBOARD) as server:  # noqa: S603 # our own words
        address = f"http://localhost:{port}"
        try:
            for _ in range(600):
                assert server.poll() is None, "the dashboard did not start"
                try:
                    urlopen(f"{address}/_stcore/health", timeout=1).close()  # noqa: S310 # it is http
                    break
                except (URLError, TimeoutError, ConnectionError):
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as library:
        browser = library.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dashboard")
    npol.write_store(logs(rows=30_000), folder / "store", how="replace", marking="OFFICIAL")
    npol.star(folder / "store", folder / "star")
    return folder / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    yield from served(str(store.with_name("star")))


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """The page when it is all there; nothing may be wrong in its console, nor come from afar."""
    yield from opened(chromium, address)


def opened(chromium: Browser, address: str) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    told: list[str] = []
    afar: list[str] = []
    page.on(
        "console",
        lambda each: told.append(each.text) if each.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda each: told.append(str(each)))
    page.on("request", lambda each: afar.append(each.url))
    page.goto(address)
    whole(page)
    yield page
    page.close()
    assert told == []
    assert [url for url in afar if not re.match(r"(http|ws)://localhost:|data:|blob:", url)] == []


def whole(page: Page) -> None:
    """Wait until the page has been made anew, to its last line."""
    expect(page.get_by_text("nothing here is fit to be published")).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=WAIT)


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    # Of a long list only a part is there, until it is narrowed.
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    expect(box).to_have_value(option)
    # The page is made anew from its head to its foot, and old parts stand until then.
    head = page.get_by_role("heading", level=2).first
    unit, month = (page.get_by_role("combobox").nth(at).input_value() for at in (0, 1))
    expect(head).to_contain_text(f"{unit}, {month}")
    expect(page.get_by_role("region", name=f"Logs by month: {unit}")).to_be_visible()
    whole(page)


def figures(page: Page) -> dict[str, tuple[str, str]]:
    """Each figure by its label, with the words under it."""
    found = {}
    for column in page.get_by_test_id("stColumn").filter(has=page.get_by_test_id("stMetric")).all():
        metric = column.get_by_test_id("stMetric")
        label = metric.get_by_test_id("stMetricLabel").inner_text().strip()
        value = metric.get_by_test_id("stMetricValue").inner_text().strip()
        found[label] = (value, column.get_by_test_id("stMarkdown").inner_text().strip())
    return found


def percent(ratio: float) -> str:
    return f"{100 * ratio:.1f} %"


def test_the_figures_of_a_unit_and_month_are_the_measures(page: Page, store: Path) -> None:
    choose(page, "Unit", "Coventry")
    choose(page, "Month", "2018-07")
    expect(page.get_by_role("heading", name="Coventry, 2018-07")).to_be_visible()
    shown = figures(page)

    where = {"npu": "CV", "month": "2018-07"}
    ratio = npol.attendance_ratio(store, where=where).iloc[0]
    value, words = shown["Attended by a neighbourhood team, P1 to P3"]
    known = ratio["logs"] - ratio["unknown"]
    assert value == percent(ratio["attendance_ratio"])
    assert words == (
        f"{ratio['attended']:,} of {known:,} logs of which it is known; "
        f"95 % interval {percent(ratio['low'])} to {percent(ratio['high'])}"
    )
    month = npol.tally(store, where=where)["logs"].item()
    assert shown["Logs"] == (f"{month:,}", f"{month / 31:,.1f} a day on 31 days")
    without = npol.resolution_without_deployment(store, where=where).iloc[0]
    value, words = shown["Resolved without deployment"]
    assert value == percent(without["share_without_deployment"])
    assert words.startswith(f"{without['without_deployment']:,} of {without['resolved']:,} ")
    within = [
        npol.response_time(
            store, where={**where, "priority": grade}, target=pd.Timedelta(target).to_pytimedelta()
        ).iloc[0]
        for grade, target in (("P1", "15min"), ("P2", "60min"))
    ]
    hits, arrived = (
        sum(int(each[name]) for each in within) for name in ("within_target", "arrived")
    )
    value, words = shown["Response within target"]
    assert value == percent(hits / arrived)
    assert words.startswith(f"{hits:,} of {arrived:,} ")


def test_all_units_together_are_a_ratio_of_sums(page: Page, store: Path) -> None:
    choose(page, "Month", "2019-02")
    ratio = npol.attendance_ratio(store, where={"month": "2019-02"}).iloc[0]

    assert figures(page)["Attended by a neighbourhood team, P1 to P3"][0] == percent(
        ratio["attendance_ratio"]
    )


def test_the_table_has_each_month_and_can_be_taken_along(
    page: Page, store: Path, tmp_path: Path
) -> None:
    choose(page, "Unit", "Dudley")
    counts = npol.tally(store, by="month", where={"npu": "DY"})
    expected = dict(zip(counts["month"], counts["logs"], strict=True))

    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(24)
    first = rows.first.locator("th, td").all_inner_texts()
    assert first[:2] == ["2018-01", f"{expected['2018-01']:,}"]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the figures of Dudley as CSV").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "logs-DY.csv"
    taken = pd.read_csv(path)
    assert dict(zip(taken["month"], taken["logs"], strict=True)) == expected


def test_the_chart_says_in_words_what_it_shows(page: Page) -> None:
    chart = page.get_by_role("region", name="Control chart").get_by_role("img")
    expect(chart).to_be_visible()
    before = chart.get_attribute("alt") or ""
    assert "January 2018 to December 2019" in before
    assert chart.evaluate("each => each.complete && each.naturalWidth") > 0

    choose(page, "Figure to chart", "Attendance ratio")

    expect(chart).not_to_have_attribute("alt", before)
    assert "%" in (chart.get_attribute("alt") or "")


def test_it_says_that_it_is_synthetic_and_how_it_is_marked(page: Page) -> None:
    expect(page.get_by_text("Synthetic: the logs are made up")).to_be_visible()
    assert page.get_by_text("OFFICIAL", exact=True).count() >= 2


def test_everything_is_reached_by_keyboard_and_has_a_name(page: Page) -> None:
    expect(page.get_by_role("combobox")).to_have_count(3)
    names = [each.get_attribute("aria-label") or "" for each in page.get_by_role("combobox").all()]
    assert names == ["Unit", "Month", "Figure to chart"]
    assert page.get_by_role("heading", level=1).count() == 1
    box = page.get_by_role("combobox", name="Unit")
    box.focus()
    page.keyboard.type("Wals")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Walsall, ")


def test_on_a_phone_nothing_is_wider_than_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("table")).to_be_visible()

    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_without_a_star_it_makes_one_up(chromium: Browser) -> None:
    for address in served():
        for page in opened(chromium, address):
            expect(page.get_by_text("Synthetic: the logs are made up")).to_be_visible()
            assert int(figures(page)["Logs"][0].replace(",", "")) > 0
