"""errors.md: every code, what it means, what a person does, and what the program does next.

What the program does next is read from the code itself: which class of error each code is raised with, which codes
are given as warnings, and what the Dotdigital client declares.
"""

from __future__ import annotations

import ast
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import dotbridge
from dotbridge.config.reference.markdown import code, table
from dotbridge.dotdigital.codes import RECOVERY
from dotbridge.errors import Code, ConfigError, DotbridgeError, FatalError, RecordError, RetryableError
from dotbridge.http.errors import OutcomeUnknown

_INTRODUCTION = """# Errors

Every error has a code that never changes, says what happened, and what to do. What dotbridge does next:

* **a person acts**: the job stops and looks again every five minutes; a command ends with exit code 4
* **tried again**: the same is done later by itself
* **record rejected**: this record alone is held back, the others go on
* **run stops**: going on could lose or double something
* **batch parked**: the batch waits until a person releases it
* **batch split**: the batch is halved until the bad record stands alone; that one is rejected
* **sent once more**: it may have arrived; it is sent again when that is safe
* **warning**: the record goes, something of it was left out
* **noted**: shown on a record, a batch or a job, with the state that it has
"""
_CLASSES: dict[type[DotbridgeError], str] = {
    OutcomeUnknown: "sent once more",
    ConfigError: "a person acts",
    RetryableError: "tried again",
    RecordError: "record rejected",
    FatalError: "run stops",
}
_RECOVERIES = {
    "retry": "tried again",
    "park": "batch parked",
    "split": "batch split",
    "config": "a person acts",
    "record": "record rejected",
    "unknown": "sent once more",
}
#: The sandbox is no part of the product; the reference and the WSGI module declare and raise nothing.
_LEFT_OUT = ("dotbridge.sandbox", "dotbridge.config.reference", "dotbridge.config.wsgi")


def page() -> str:
    """The page."""
    modules = list(_modules())
    fates = _fates(modules)
    rooms: dict[str, list[Code]] = defaultdict(list)
    for module in modules:
        if module.__name__.endswith(".codes"):
            rooms[module.__name__.removeprefix("dotbridge.").removesuffix(".codes")] += _declared(module)
    parts = [_INTRODUCTION]
    for room, codes in sorted(rooms.items()):
        rows = [(code(one.id), one.what, one.todo, ", ".join(sorted(fates[one.id])) or "noted") for one in codes]
        parts.append(f"\n## {room.replace('.', ' / ')}\n" + table(("Code", "What", "What to do", "Then"), rows))
    return "".join(parts)


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dotbridge.__path__, "dotbridge."):
        if not found.name.startswith(_LEFT_OUT) and ".migrations" not in found.name:
            yield import_module(found.name)


def _declared(module: ModuleType) -> list[Code]:
    """Codes in the order in which the module declares them, also those inside its tables."""
    found: dict[str, Code] = {}
    for value in vars(module).values():
        values = value.values() if isinstance(value, dict) else [value]
        found.update({one.id: one for one in values if isinstance(one, Code)})
    return list(found.values())


def _fates(modules: list[ModuleType]) -> dict[str, set[str]]:
    """Code → what the program does next, from every place that raises it or warns with it."""
    fates: dict[str, set[str]] = defaultdict(set)
    for one, recovery in RECOVERY.items():
        fates[one.id].add(_RECOVERIES[recovery])
    for module in modules:
        nodes = list(ast.walk(ast.parse(Path(module.__file__ or "").read_text())))
        chosen = dict(filter(None, map(_choice, nodes)))
        for call in nodes:
            if isinstance(call, ast.Call) and call.args and (fate := _fate(call.func, module)):
                for told in _told(call.args[0], chosen, module):
                    fates[told.id].add(fate)
    return fates


def _told(node: ast.expr, chosen: dict[str, ast.IfExp], module: ModuleType) -> list[Code]:
    """The codes that the first argument of an error may be; those of the Dotdigital client declare their own fate."""
    choice = chosen.get(node.id) if isinstance(node, ast.Name) else None
    values = [_value(part, module) for part in ([choice.body, choice.orelse] if choice else [node])]
    return [value for value in values if isinstance(value, Code) and value not in RECOVERY]


def _choice(node: ast.AST) -> tuple[str, ast.IfExp] | None:
    """Name and choice of `code = THIS if … else THAT`."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.IfExp) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return None


def _fate(called: ast.expr, module: ModuleType) -> str:
    if isinstance(called, ast.Attribute) and called.attr == "warn":
        return "warning"
    raised = _value(called, module)
    if not (isinstance(raised, type) and issubclass(raised, DotbridgeError)):
        return ""
    return next((words for kind, words in _CLASSES.items() if issubclass(raised, kind)), "")


def _value(node: ast.expr, module: ModuleType) -> object:
    """What a name, or a name of an imported module, stands for; ``None`` for anything else."""
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(getattr(module, node.value.id, None), node.attr, None)
    return None
