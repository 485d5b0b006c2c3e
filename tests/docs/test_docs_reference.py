"""The reference pages are what the code writes, and the code leaves nothing out."""

from __future__ import annotations

import re

import click
import pytest
from doc_pages import ROOT

from dotbridge.cli.main import COMMANDS, cli
from dotbridge.config.environment import VARIABLES
from dotbridge.config.reference import commands, errors
from dotbridge.config.reference.pages import PAGES
from dotbridge.errors import Code
from dotbridge.ledger.settings import SETTINGS

FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_writes(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), "run `make docs`"


def test_every_code_is_documented() -> None:
    page = errors.page()
    assert [code for code in Code.known if f"`{code}`" not in page] == []


def test_every_setting_is_documented() -> None:
    page = (FOLDER / "settings.md").read_text()
    assert [name for name in SETTINGS if f"`{name}`" not in page] == []


def test_the_help_names_exactly_the_commands_that_there_are() -> None:
    assert {name.split()[0] for name, _ in commands.commands()} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_its_options_explain_themselves(name: str) -> None:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    assert found.help
    parts = found.commands.values() if isinstance(found, click.Group) else []
    for command in [found, *parts]:
        assert command.help
        silent = [one.name for one in command.params if isinstance(one, click.Option) and not (one.help or one.prompt)]
        assert silent == []


def test_every_variable_that_the_code_reads_is_declared() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    named = {name.removesuffix("_FILE") for name in re.findall(r"\bDOTBRIDGE_[A-Z_]*[A-Z]\b", source)}
    assert named - {"DOTBRIDGE_KEY"} == set(VARIABLES) - {"DOTBRIDGE_KEY_FILE"}
