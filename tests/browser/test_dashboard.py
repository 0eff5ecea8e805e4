"""The example dashboard in a real browser: its figures are the measures', and its controls work."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import pytest
from browsing import DESKTOP, PHONE, Watch
from playwright.sync_api import expect

import npolicing as npol
from npolicing.synthetic import logs

if TYPE_CHECKING:
    from playwright.sync_api import Page

DASHBOARD = Path(__file__).parents[2] / "examples" / "dashboard"
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
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dashboard")
    npol.write_store(logs(rows=30_000), folder / "store", how="replace", marking="OFFICIAL")
    npol.star(folder / "store", folder / "star")
    return folder / "store"


@pytest.fixture(scope="module")
def address(store: Path) -> Iterator[str]:
    yield from served(str(store.with_name("star")))


@pytest.fixture
def dashboard(page: Page, watch: Watch, address: str) -> Iterator[Page]:
    """The page when it is all there; nothing may be wrong in its console, nor come from afar."""
    page.goto(address)
    whole(page)
    yield page
    quiet(watch)


def quiet(watch: Watch) -> None:
    assert watch.complaints == []
    near = re.compile("(http|ws)://localhost:|data:|blob:")
    assert [url for url in watch.requests if not near.match(url)] == []


def whole(page: Page) -> None:
    """Wait until the page has been made anew, to its last line."""
    expect(page.get_by_text("nothing here is fit to be published")).to_be_visible(timeout=WAIT)
    # What is under that line comes after it; Streamlit says itself when the script has run.
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=WAIT
    )


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


def test_the_figures_of_a_unit_and_month_are_the_measures(dashboard: Page, store: Path) -> None:
    choose(dashboard, "Unit", "Coventry")
    choose(dashboard, "Month", "2018-07")
    expect(dashboard.get_by_role("heading", name="Coventry, 2018-07")).to_be_visible()
    shown = figures(dashboard)

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


def test_all_units_together_are_a_ratio_of_sums(dashboard: Page, store: Path) -> None:
    choose(dashboard, "Month", "2019-02")
    ratio = npol.attendance_ratio(store, where={"month": "2019-02"}).iloc[0]

    assert figures(dashboard)["Attended by a neighbourhood team, P1 to P3"][0] == percent(
        ratio["attendance_ratio"]
    )


def test_the_table_has_each_month_and_can_be_taken_along(
    dashboard: Page, store: Path, tmp_path: Path
) -> None:
    choose(dashboard, "Unit", "Dudley")
    counts = npol.tally(store, by="month", where={"npu": "DY"})
    expected = dict(zip(counts["month"], counts["logs"], strict=True))

    rows = dashboard.locator("table tbody tr")
    expect(rows).to_have_count(24)
    first = rows.first.locator("th, td").all_inner_texts()
    assert first[:2] == ["2018-01", f"{expected['2018-01']:,}"]
    with dashboard.expect_download() as waiting:
        dashboard.get_by_role("button", name="Download the figures of Dudley as CSV").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "logs-DY.csv"
    taken = pd.read_csv(path)
    assert dict(zip(taken["month"], taken["logs"], strict=True)) == expected


def test_the_chart_says_in_words_what_it_shows(dashboard: Page) -> None:
    chart = dashboard.get_by_role("region", name="Control chart").get_by_role("img")
    expect(chart).to_be_visible()
    before = chart.get_attribute("alt") or ""
    assert "January 2018 to December 2019" in before
    assert chart.evaluate("each => each.complete && each.naturalWidth") > 0

    choose(dashboard, "Figure to chart", "Attendance ratio")

    expect(chart).not_to_have_attribute("alt", before)
    assert "%" in (chart.get_attribute("alt") or "")


def test_it_says_that_it_is_synthetic_and_how_it_is_marked(dashboard: Page) -> None:
    expect(dashboard.get_by_text("Synthetic: the logs are made up")).to_be_visible()
    # The marking stands alone at the head and at the foot.
    marked = dashboard.get_by_test_id("stMarkdown").filter(has_text=re.compile("^OFFICIAL$"))
    expect(marked).to_have_count(2)


def test_everything_is_reached_by_keyboard_and_has_a_name(dashboard: Page) -> None:
    expect(dashboard.get_by_role("combobox")).to_have_count(3)
    names = [
        each.get_attribute("aria-label") or "" for each in dashboard.get_by_role("combobox").all()
    ]
    assert names == ["Unit", "Month", "Figure to chart"]
    expect(dashboard.get_by_role("heading", level=1)).to_have_count(1)
    box = dashboard.get_by_role("combobox", name="Unit")
    box.focus()
    dashboard.keyboard.type("Wals")
    dashboard.keyboard.press("ArrowDown")
    dashboard.keyboard.press("Enter")
    expect(dashboard.get_by_role("heading", level=2).first).to_contain_text("Walsall, ")


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_all_can_use_it_and_nothing_is_wider_than_the_page(
    dashboard: Page,
    axe: Callable[[Page], list[str]],
    shots: Path,
    name: str,
    size: dict[str, int],
) -> None:
    dashboard.set_viewport_size({"width": size["width"], "height": size["height"]})
    expect(dashboard.locator("table")).to_be_visible()
    dashboard.wait_for_timeout(1_000)

    assert dashboard.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert axe(dashboard) == []
    height = dashboard.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    dashboard.set_viewport_size({"width": size["width"], "height": int(height)})
    dashboard.wait_for_timeout(1_000)
    dashboard.screenshot(path=shots / f"dashboard-{name}.png")


def test_without_a_star_it_makes_one_up(page: Page, watch: Watch) -> None:
    for address in served():
        page.goto(address)
        whole(page)
        expect(page.get_by_text("Synthetic: the logs are made up")).to_be_visible()
        assert int(figures(page)["Logs"][0].replace(",", "")) > 0
        quiet(watch)
