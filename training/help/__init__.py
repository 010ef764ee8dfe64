"""The help of training's pages: what stands in them, in the words of the scheme."""

from training.help.around import AROUND
from training.help.office import OFFICE
from training.help.own import OWN
from training.help.practice import PRACTICE

HELP = (*OWN, *PRACTICE, *AROUND, *OFFICE)

__all__ = ["HELP"]
