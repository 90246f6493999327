"""An app with one task, for tests that start real servers and workers."""
