"""The browser that tests can ask for."""

import pytest


def test_a_page_is_served_without_complaint(page):
    answer = page.goto("/")
    assert answer.status == 200


def test_a_telephone_is_narrow(phone):
    phone.goto("/")
    assert phone.evaluate("window.innerWidth") == 390


@pytest.mark.console_errors
def test_another_machine_is_out_of_reach(page):
    page.goto("/")
    reached = "fetch('http://192.0.2.1/', {mode: 'no-cors'}).then(() => true, () => false)"
    assert page.evaluate(reached) is False
