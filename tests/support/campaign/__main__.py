"""``python -m support.campaign --mode embedded --rounds 60``: rounds one after the other; exit 1 when one found a breach.

``--seed`` repeats a campaign, or one round of it as it was printed (``4711/3``).
"""

from __future__ import annotations

import argparse
import random
import sys

from support.campaign.premises import Premises
from support.campaign.rounds import Outcome, play


def main() -> int:
    """Runs the campaign; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=("embedded", "distributed"), default="embedded")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--start", choices=("history", "standing"), default="", help="by the seed, if not given")
    parser.add_argument("--seed", default=str(random.randrange(1_000_000)))
    given = parser.parse_args()
    seeds = [given.seed] if "/" in given.seed else [f"{given.seed}/{number}" for number in range(1, given.rounds + 1)]
    print(f"faults: {given.mode}, seed {given.seed}, {len(seeds)} rounds", flush=True)
    broken = 0
    with Premises(given.mode) as premises:
        print(f"the disk is filled by: {premises.disk.kind}", flush=True)
        for seed in seeds:
            outcome = play(premises, seed, given.start)
            broken += bool(outcome.breaches)
            tell(outcome)
        # Half a minute: asked of the last round alone.
        with premises.anew() as anew:
            differs = anew.differs_from(premises.sandbox.state())
    print("\n".join(differs) or "every document is what it is when the shop is sent anew", flush=True)
    print(f"{len(seeds) - broken} of {len(seeds)} rounds held every invariant", flush=True)
    return 1 if broken or differs else 0


def tell(outcome: Outcome) -> None:
    """One line for a round in which all held, with all that happened for another."""
    held = "BROKEN" if outcome.breaches else "held"
    print(
        f"{outcome.seed} {held}: {outcome.start}, {outcome.records} records, {len(outcome.faults)} faults,"
        f" {outcome.seconds:.1f} s, at rest after {outcome.rest:.1f} s",
        flush=True,
    )
    if outcome.breaches:
        print(
            "\n".join(["  faults: " + "; ".join(outcome.faults), *[f"  - {one}" for one in outcome.breaches]]),
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
