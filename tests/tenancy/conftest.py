"""The world of tests that try every address, and the rows of those that try every model."""

from tests.tenancy.sides import all_rows, sides, theirs
from tests.tenancy.world import bare_not_found, whole_world, world

__all__ = ["all_rows", "bare_not_found", "sides", "theirs", "whole_world", "world"]
