"""The fault campaign: seeded rounds in which real processes are killed, cut off and starved, and then looked at.

``python -m support.campaign`` runs many rounds; ``tests/faults/test_campaign.py`` a few.
"""
