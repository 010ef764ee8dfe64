"""The demo world: made by the same actions that pages call, in order, with their `now` in the past."""

from ctts.demo.world.making import make_world, world_exists
from ctts.demo.world.warming import get_ready

__all__ = ["get_ready", "make_world", "world_exists"]
