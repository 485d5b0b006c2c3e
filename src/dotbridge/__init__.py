"""dotbridge keeps Dotdigital in step with a merchant's shops, with every record accounted for."""

__version__ = "0.1.0"
