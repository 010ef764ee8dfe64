"""What follows at once when a role begins or has its last day, and what forbids that day: as the `ties.py` declare it.

An appointment around a trainee rests on a role at the centre; whoever gives and ends roles knows of none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from ctts.accounts.models import User
from ctts.common.ties import Declared
from ctts.common.verdict import Verdict
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role

Begun = Callable[[Affiliation, User | None, datetime], None]
Ended = Callable[[Affiliation, date | None, User, datetime], None]
Closed = Callable[[User, User, datetime], None]
MayEnd = Callable[[User, Role, date], Verdict]

role_begins = Declared[Begun]()  # `follow(held, by, now)`: the role is given, perhaps from a later day on
role_ends = Declared[Ended]()  # `follow(held, was, by, now)`: its last day is known; `was`: the last day it had before
access_ends = Declared[Closed]()  # `follow(person, by, now)`: an account is closed, its roles stay
may_end = Declared[MayEnd]()  # `judge(person, role, ends_on)`: whether somebody may be without a role after that day
