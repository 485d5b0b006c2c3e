"""What the pages tell their readers to type, to write and to follow is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from doc_pages import PAGES, ROOT, blocks, commands, name, prose

from dotbridge.cli.main import cli
from dotbridge.setup import configuration

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_EXAMPLES = [(name(page), text) for page in PAGES for text in blocks(page, "yaml")]


@pytest.mark.parametrize(("page", "line"), commands())
def test_a_command_in_a_page_exists_with_its_options(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dotbridge.yaml").touch()
    program, *arguments = shlex.split(line)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return
    assert program == "dotbridge"
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and arguments and arguments[0] in command.list_commands(context):
        command = command.get_command(context, arguments.pop(0)) or command
    assert not isinstance(command, click.Group) or command.invoke_without_command
    command.make_context(line, arguments)


def test_the_two_commands_of_a_newcomer_stand_in_the_readme() -> None:
    assert [line for page, line in commands() if page == "README.md"][:2] == ["make demo", "make test"]


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "text"), _EXAMPLES)
def test_an_example_configuration_can_be_read(page: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in re.findall(r"\$\{(\w+)\}", text):
        monkeypatch.setenv(variable, "x")
    file = configuration.read(text)
    assert file.accounts
    assert file.connections


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    local = [link.partition("#")[0] for link in _LINK.findall(prose(page)) if "://" not in link]
    assert [link for link in local if link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_is_finished(page: Path) -> None:
    assert not re.search(r"\b(TODO|TBD|FIXME|XXX)\b", page.read_text())


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    named = {(index.parent / link).resolve() for link in _LINK.findall(index.read_text())}
    assert [
        name(page) for page in PAGES if page.is_relative_to(index.parent) and page != index and page not in named
    ] == []


def test_the_reference_of_the_configuration_file_names_every_key() -> None:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    keys = configuration._TOP | configuration._ACCOUNT | configuration._CONNECTION | configuration._WEBSITE
    assert [key for key in sorted(keys - {"stores"}) if f"`{key}`" not in page] == []


def test_a_page_that_an_error_points_at_exists() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    pages = set(re.findall(r"docs/[\w/-]+\.md", source))
    assert pages
    assert [page for page in sorted(pages) if not (ROOT / page).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_code_that_a_page_names_is_one_that_dotbridge_raises(page: Path) -> None:
    known = set(
        re.findall(r"^\| `([A-Z]+-[\w-]+)`", (ROOT / "docs" / "reference" / "errors.md").read_text(), re.MULTILINE)
    )
    rooms = "|".join(sorted({code.partition("-")[0] for code in known}))
    assert [code for code in re.findall(rf"`((?:{rooms})-[A-Z0-9-]+)`", page.read_text()) if code not in known] == []
