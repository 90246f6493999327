"""The world of tests that try every address."""

from tests.tenancy.world import bare_not_found, whole_world, world

__all__ = ["bare_not_found", "whole_world", "world"]
