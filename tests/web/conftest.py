"""The world of tests that try every address."""

from tests.tenancy.world import whole_world, world

__all__ = ["whole_world", "world"]
