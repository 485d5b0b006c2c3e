"""One file a stream; how a resource is read without losing a record stands in ``windows``."""
