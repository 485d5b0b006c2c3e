"""One file a stream; how rows are gone through without losing one stands in ``keyset``."""
