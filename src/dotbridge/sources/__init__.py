"""The shops: one folder a platform, one file a stream. Pure: no Django, no ledger, no knowledge of Dotdigital."""
