"""Steps that actions about accounts share: names and addresses as they are stored, sessions that end."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db.models import F

from ctts.accounts.models import User
from ctts.accounts.rules import ADDRESS_LENGTH, name_problem, same_address, tidy_name
from ctts.common.verdict import Invalid


def usable_name(full_name: str) -> str:
    """The name as it is stored. Raises Invalid (field `full_name`) for one that cannot be."""
    problem = name_problem(full_name)
    if problem:
        raise Invalid(problem, "full_name")
    return tidy_name(full_name)


def usable_address(email: str) -> str:
    """The address as it is stored. Raises Invalid (field `email`) for what is no e-mail address."""
    address = same_address(email)
    try:
        EmailValidator()(address)
    except ValidationError as problem:
        raise Invalid("Enter a valid e-mail address.", "email") from problem
    if len(address) > ADDRESS_LENGTH:
        raise Invalid(f"An e-mail address has at most {ADDRESS_LENGTH} letters.", "email")
    return address


def drop_waiting_address(person: User) -> None:
    """Whatever address waited to take the place of a person's does so no more: its link opens nothing."""
    EmailAddress.objects.filter(user=person, verified=False).exclude(email=person.email).delete()


def with_sessions_ended(person: User, **columns: object) -> User:
    """The person as stored now, with these columns changed and every session of theirs ended (quality rule 15)."""
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1, **columns)
    return User.objects.get(pk=person.pk)
