"""``fields=``: trims an answer to the named members, nothing else (1.2).

``items[id,email,items[sku]],total_count``; a list that becomes empty is answered as null, as Magento does.
"""

from __future__ import annotations

from typing import Any

Tree = dict[str, "Tree"]


def parse(text: str) -> Tree:
    """The wanted members; brackets that do not match end the list where they stand."""
    tree: Tree = {}
    stack, name = [tree], ""
    for letter in f"{text},":
        if letter == "[":
            stack.append(stack[-1].setdefault(name.strip(), {}))
            name = ""
        elif letter in ",]":
            if name.strip():
                stack[-1].setdefault(name.strip(), {})
            name = ""
            if letter == "]" and len(stack) > 1:
                stack.pop()
        else:
            name += letter
    return tree


def trim(answer: Any, wanted: Tree) -> Any:
    if isinstance(answer, list):
        return [trim(one, wanted) for one in answer] or None
    if isinstance(answer, dict):
        return {
            name: trim(value, wanted[name]) if wanted[name] else value
            for name, value in answer.items()
            if name in wanted
        }
    return answer
