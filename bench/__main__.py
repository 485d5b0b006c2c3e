"""``python -m bench``: the figures of this machine, as a table or with ``--json`` as one JSON object."""

from __future__ import annotations

import argparse
import sys

import orjson
from rich.console import Console

from bench.report import show
from bench.rounds import measure, missing


def main() -> int:
    """Exit 0 with figures, 4 where something must be installed first."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output and nothing else")
    parser.add_argument("--orders", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--platform", choices=("magento1", "magento2"), default="magento1", help="shape of the store")
    parser.add_argument("--no-memory", action="store_true", help="leave out the large store (about a minute)")
    parser.add_argument("--large", action="store_true", help="memory at a million orders too (some ten minutes)")
    options = parser.parse_args()
    if lacks := missing():
        print(orjson.dumps({"missing": lacks}).decode() if options.json else "\n".join(lacks))
        return 4
    console = Console(stderr=True, quiet=options.json)
    with console.status("") as status:
        result = measure(
            options.orders,
            options.rounds,
            memory=not options.no_memory,
            tell=status.update,
            platform=options.platform,
            large=options.large,
        )
    if options.json:
        print(orjson.dumps({**result, "missing": []}, option=orjson.OPT_INDENT_2).decode())
    else:
        show(result, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
