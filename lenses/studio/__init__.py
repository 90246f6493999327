"""The studio: where a lens is written. The document is the truth, everything else follows it."""
