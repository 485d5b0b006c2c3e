"""One file a kind of record: what is read of the shop's tables, in which order, and what one row holds."""
