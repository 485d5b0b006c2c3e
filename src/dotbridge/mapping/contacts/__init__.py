"""Contacts: data fields of one person, and the item of an import that carries them.

Nothing here writes a channel status, an opt-in type or a resubscribe option; the single exception is ``unsubscribed``
at creation. Only ``consent`` makes anybody mailable.
"""
