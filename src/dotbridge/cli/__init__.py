"""The command line: noun then verb, a table for people, ``--json`` for machines, exit codes 0 1 2 3 4."""
