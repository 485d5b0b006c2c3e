"""Records of commercetools in our words. Pure functions."""
