"""The console: what arrived, what did not and why, and the few buttons that mend it.

Pages are rendered by the server and work without scripts. The room reads the ledger by grouped queries, changes it only
through compare-and-swap functions, and writes every change into the audit log. It knows no platform and calls nobody.
"""
