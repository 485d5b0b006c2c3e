"""The composition root: settings, addresses, the entry point, and who wakes whom."""
