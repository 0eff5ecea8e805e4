"""How a browser is opened and watched in the tests of what people open: tests/browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Request

# What stands for nothing that is tested: no graphics card, no calls home, and root has no sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
"""A page of 1280 pixels, enlarged four times (WCAG 1.4.10)."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@attrs.define(slots=False)  # Playwright remembers on it what it calls
class Watch:
    """What a page complained of, and what it asked for from elsewhere."""

    complaints: list[str] = attrs.Factory(list)
    requests: list[str] = attrs.Factory(list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def request(self, request: Request) -> None:
        self.requests.append(request.url)

    def over(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", self.request)
