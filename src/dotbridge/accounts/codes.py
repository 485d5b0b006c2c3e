"""What can be wrong with people and their rights."""

from dotbridge.errors import Code

PERSON_REFUSED = Code("ACC-PERSON", "This person cannot be saved.", "Choose another name or a longer password.")
