"""From the ledger to Dotdigital and back: claim, send, poll, settle, and take out what left.

The only step that changes a Dotdigital account in bulk. It reads no shop; a record that must be looked at again is
given back to the collector through the ledger.
"""
