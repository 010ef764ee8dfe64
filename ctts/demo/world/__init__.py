"""The demo world: made by the same actions that pages call, in order, with their `now` in the past."""

from ctts.demo.world.making import get_ready, make_world, world_exists

__all__ = ["get_ready", "make_world", "world_exists"]
