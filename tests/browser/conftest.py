"""A real browser, what it says and asks for, and axe-core, for each test of what people open.

These tests are run by `nox -s browser`, which finds Chromium and fetches axe-core. They are no part
of the `tests` session.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, DESKTOP, TAGS, Watch
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = os.environ.get("NPOLICING_CHROMIUM") or shutil.which("chromium")
    assert path is not None, "there is no chromium: run these tests by `nox -s browser`"
    with sync_playwright() as library:
        opened = library.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def watch() -> Watch:
    """What the page of the test says and asks for."""
    return Watch()


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    """An empty page as wide as a desktop, which is watched."""
    opened = browser.new_page(viewport={"width": DESKTOP["width"], "height": DESKTOP["height"]})
    watch.over(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def axe_core() -> str:
    """The source of axe-core."""
    place = os.environ.get("NPOLICING_AXE")
    assert place is not None, "there is no axe-core: run these tests by `nox -s browser`"
    return Path(place).read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_core: str) -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page: each rule that is broken, and where."""

    def found(page: Page) -> list[str]:
        # Past the page's own policy, which lets no script run.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": axe_core})
        asked = {"runOnly": {"type": "tag", "values": TAGS}}
        answer = session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run(document, {json.dumps(asked)})",
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        result = answer["result"]["value"]
        assert len(result["passes"]) > 10, "axe-core looked at hardly anything"
        return [
            f"{each['id']} ({each['impact']}): {node['html'][:200]}"
            for each in result["violations"]
            for node in each["nodes"]
        ]

    return found


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are left, to be looked at."""
    place = os.environ.get("NPOLICING_SHOTS")
    folder = tmp_path_factory.mktemp("shots") if place is None else Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
