"""Do both sides agree, and is every record accounted for? Asked from outside: the shop is counted in the shop."""
