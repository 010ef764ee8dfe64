"""Whether an address is known must not show in the time either: one password hash for each answer (quality rule 15)."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse

from tests.accounts.people import OTHER_PASSWORD, invite, make_person, sign_in

pytestmark = pytest.mark.django_db


class CountingHasher(MD5PasswordHasher):
    """Counts what costs a fifth of a second with the hasher of a real deployment."""

    algorithm = "counting"
    made = 0

    def encode(self, password, salt):
        CountingHasher.made += 1
        return super().encode(password, salt)


@pytest.fixture
def hashes(settings):
    """A function that says how many hashes a step costs."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]

    def cost(step):
        CountingHasher.made = 0
        step()
        return CountingHasher.made

    return cost


def test_signing_up_costs_the_same_for_known_invited_and_new_addresses(client, hashes):
    make_person("tara@leeds.example")
    invite("sam@leeds.example")

    def sign_up(email):
        given = {"email": email, "full_name": "Eve Hill", "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        assert client.post(reverse("account_signup"), given).status_code == 303

    emails = ("tara@leeds.example", "sam@leeds.example", "new@leeds.example")
    assert [hashes(lambda email=email: sign_up(email)) for email in emails] == [1, 1, 1]


def test_a_wrong_sign_in_costs_the_same_for_all(client, hashes):
    make_person("tara@leeds.example")
    make_person("tom@leeds.example", "Tom Reed", is_active=False)
    invite("sam@leeds.example")
    emails = ("tara@leeds.example", "tom@leeds.example", "sam@leeds.example", "nobody@leeds.example")
    assert [hashes(lambda email=email: sign_in(client, email, OTHER_PASSWORD)) for email in emails] == [1, 1, 1, 1]


def test_a_forgotten_password_costs_no_hash_for_anybody(client, hashes):
    make_person("tara@leeds.example")
    for email in ("tara@leeds.example", "nobody@leeds.example"):
        assert hashes(lambda email=email: client.post(reverse("account_reset_password"), {"email": email})) == 0
