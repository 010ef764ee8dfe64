"""The help of home's own pages, declared as every app declares its own."""

from ctts.common.helping import explains
from ctts.home.help import HELP, OFFICE

explains(HELP)
explains(OFFICE)
