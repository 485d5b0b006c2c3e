"""A real browser on a real server: Debian's Chromium, headless, and the console with Northwind's ledger.

``DOTBRIDGE_SCREENSHOTS=folder`` keeps a picture of every page that the tests look at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dotbridge.ledger.keys import create_keyring, keyring
from dotbridge.web import figures
from support.northwind_ledger import PASSWORD, Northwind, cast

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: Playwright keeps an event loop in the test's thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    """The browser; skips where Debian's Chromium is not installed, unless all services are required."""
    if not Path(CHROMIUM).exists():
        reason = f"{CHROMIUM} is not installed (apt-get install chromium)"
        if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def northwind(
    transactional_db: None, tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Northwind]:
    """Northwind's ledger and the cast, behind a key file of the test's own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]  # quick
    settings.KEY_FILE = str(tmp_path / "keys")  # type: ignore[attr-defined]  # Django's settings have any name
    keyring.cache_clear()
    create_keyring()
    figures.counted.clear()
    monkeypatch.setattr(figures.counted, "background", False)
    cast()
    yield Northwind()
    keyring.cache_clear()


def _is_fault(said: playwright.ConsoleMessage) -> bool:
    """Errors on the browser's console, but for the page that is meant to be missing."""
    return said.type == "error" and not said.location.get("url", "").endswith("/nowhere")


@pytest.fixture
def enter(chromium: playwright.Browser, live_server: object, northwind: Northwind) -> Iterator[Callable[..., object]]:
    """``enter("olu", width=380, dark=True)`` logs in through the form and gives the page it arrives at.

    A page that reports an error of script or policy on its console fails the test.
    """
    contexts, complaints = [], []

    def page_of(name: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> object:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            base_url=live_server.url,  # type: ignore[attr-defined]
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login")
        if name:
            page.fill("#id_username", name)
            page.fill("#id_password", PASSWORD)
            page.click("button.main")
            page.wait_for_url("**/")
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert complaints == []
