"""A newcomer tries dotbridge: the demo that ends, and the living one along the tutorial, with its own commands."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-shop.md"
DOTBRIDGE = str(Path(sys.executable).parent / "dotbridge")
PATIENCE = 150.0

pytestmark = pytest.mark.slow


def test_the_demo_that_ends_is_balanced_and_dotdigital_agrees(tmp_path: Path) -> None:
    run = subprocess.run(
        [DOTBRIDGE, "demo", "--once", "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
    shown = json.loads(run.stdout)
    assert shown["balanced"] is True
    assert shown["shop"] == {"contacts": 3101, "carts": 400, "orders": 5000, "catalog": 1200}
    # One address in the shop is none, and one product lacks its price in each of four store views.
    assert shown["exceptions"] == 5
    assert shown["dotdigital"] == {"contacts": 2885, "carts": 222, "orders": 5000, "catalog": 1196}


class Newcomer:
    """Has started the demo and reads the tutorial beside it."""

    def __init__(self, page: Any, printed: str) -> None:
        self.page = page
        self.addresses = dict(re.findall(r"(Console|Shop|Dotdigital) +(http://[\d.:]+)", printed))
        self.password = re.findall(r"Login +ada / (\S+)", printed)[0]

    def log_in(self) -> None:
        self.page.goto(self.addresses["Console"] + "/login")
        self.page.fill("#id_username", "ada")
        self.page.fill("#id_password", self.password)
        self.page.click("button.main")

    def types(self, part: str) -> None:
        """The one command of the tutorial that holds ``part``, with the addresses that this demo printed."""
        line = next(one for one in TUTORIAL.read_text().splitlines() if one.startswith("curl") and part in one)
        line = line.replace("http://127.0.0.1:44919", self.addresses["Shop"])
        line = line.replace("http://127.0.0.1:37477", self.addresses["Dotdigital"])
        subprocess.run([*shlex.split(line), "--fail", "--silent", "--max-time", "20"], check=True, capture_output=True)

    def reads(self, path: str) -> str:
        self.page.goto(self.addresses["Console"] + path)
        return str(self.page.inner_text("main"))

    def searches(self, text: str) -> str:
        self.page.goto(self.addresses["Console"] + "/records")
        self.page.fill("#q", text)
        self.page.click("button.main:has-text('Search')")
        return str(self.page.inner_text("main"))

    def waits_until(self, look: Callable[[], str], is_there: Callable[[str], bool]) -> str:
        """What is to be seen as soon as it is as it should be."""
        until = time.monotonic() + PATIENCE
        while not is_there(found := look()):
            assert time.monotonic() < until, found
            time.sleep(1)
        return found


@pytest.fixture
def newcomer(chromium: Any, tmp_path: Path) -> Iterator[Newcomer]:
    demo = subprocess.Popen(
        [DOTBRIDGE, "demo", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    printed = ""
    assert demo.stdout is not None
    for line in demo.stdout:
        printed += line
        if "Ctrl-C" in line:
            break
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    try:
        yield Newcomer(context.new_page(), printed)
    finally:
        context.close()
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=60)
    assert demo.returncode in (0, 1), errors
    assert "Traceback" not in errors


@pytest.mark.chromium
@pytest.mark.timeout(600)
def test_the_tutorial_can_be_followed_to_its_end(newcomer: Newcomer) -> None:
    def home() -> str:
        return newcomer.reads("/")

    newcomer.log_in()
    newcomer.waits_until(home, lambda said: said.count("Live") == 2 and "Every record is accounted for" in said)
    exceptions = newcomer.reads("/exceptions")
    assert "COM-EMAIL-INVALID" in exceptions
    assert "MAP-PRICE-MISSING" in exceptions

    newcomer.types("change_email")
    newcomer.waits_until(lambda: newcomer.searches("santiago@example.org"), lambda said: "has arrived" in said)

    newcomer.types('"price"')
    newcomer.reads("/exceptions")
    newcomer.page.click("text=Catalog: The product has no price")
    newcomer.page.click("text=Retry these")
    newcomer.waits_until(lambda: newcomer.reads("/exceptions"), lambda said: "MAP-PRICE-MISSING" not in said)

    newcomer.types("RejectedByWatchdog")
    parked = newcomer.waits_until(lambda: newcomer.reads("/batches"), lambda said: "DDG-WATCHDOG" in said)
    assert "Parked" in parked
    newcomer.page.click("button:has-text('Release')")
    newcomer.waits_until(home, lambda said: "Every record is accounted for" in said)
