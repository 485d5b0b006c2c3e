"""Consent both ways: what changed in Dotdigital reaches the shops, what changed in the shops reaches Dotdigital.

The only room that writes a channel status, singly and with evidence. What follows from a change is decided in
``commerce.consent``; what was seen and done stands in ``consent_event``. It never sends a contact's data.
"""
