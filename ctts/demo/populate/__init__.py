"""A synthetic world for measuring: thousands of trainees by bulk insert, past no constraint, trigger or audit chain."""

from ctts.demo.populate.ground import Wanted
from ctts.demo.populate.making import AlreadyThere, Populated, password_of, populate, trainees_of
from ctts.demo.populate.proving import UntrueError

__all__ = ["AlreadyThere", "Populated", "UntrueError", "Wanted", "password_of", "populate", "trainees_of"]
