"""Our own words for what a shop holds, the same for every platform.

Sources turn their rows into these; mapping turns these into Dotdigital's documents. Nothing here knows a platform,
Dotdigital, a database or Django. Amounts are ``int`` in 1/10,000 of the currency unit, quantities likewise; instants
are UTC text ``YYYY-MM-DDTHH:MM:SSZ``; ids are text, as the platform writes them.
"""
