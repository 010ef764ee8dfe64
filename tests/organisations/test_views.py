"""The office's pages about people: found, invited, given roles, kept out; nobody acts for themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.accounts.actions import ask_for_invitation
from ctts.accounts.models import Invitation, User
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid
from ctts.notifications.models import Message
from ctts.organisations import actions, queries
from ctts.organisations.access import holds
from ctts.organisations.models import Affiliation, Organisation, Site
from ctts.organisations.states import Kind, Nation, Role
from tests.cast import START, at
from tests.office import NAVIGATION, browser_of, shown

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


INVITED = {
    "full_name": "Nell Frost",
    "email": "nell@leeds.example",
    "role": "supervisor",
    "starts_on": "2026-01-05",
}


def names_on(client, url):
    return [row.full_name for row in client.get(url).context["table"].data]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_the_same_with_one_and_with_three(olive, cast, rows, django_assert_num_queries):
    for number in range(rows):
        User.objects.enter(email=f"z{number}@example.org", full_name=f"Zora {number}", now=START)
    url = page("people") + "?q=zora"
    assert reverse("organisations:people") in url
    with django_assert_num_queries(12 + NAVIGATION):
        assert len(names_on(olive, url)) == rows


def test_a_role_that_has_not_begun_is_called_off_on_its_page(olive, cast):
    given = {"person": cast.nobody, "role": Role.TRAINER, "organisation": cast.leeds}
    held = actions.grant(by=cast.olive, now=START, **given, starts_on=clock.now().date() + timedelta(days=9))
    person, off = page("person", cast.nobody.pk), page("call_off_role", held.pk)
    assert off in olive.get(person).content.decode()
    assert "It was to begin on" in olive.get(off).content.decode()
    assert olive.post(off).url == person
    shown_now = olive.get(person).content.decode()
    assert "Called off" in shown_now and "Called a role off before it began" in shown_now and off not in shown_now
    assert olive.get(off).status_code == olive.post(off).status_code == 409
    assert olive.get(page("end_role", held.pk)).status_code == 409
    own = actions.grant(by=None, now=START, person=cast.olive, role=Role.MODERATOR, starts_on=held.starts_on)
    assert olive.post(page("call_off_role", own.pk)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_person_costs_the_same_with_one_role_and_with_three(olive, cast, rows, django_assert_num_queries):
    roles = [Role.TRAINER, Role.SUPERVISOR, Role.COORDINATOR]
    for role in roles[:rows]:
        actions.grant(by=None, now=START, person=cast.nobody, role=role, organisation=cast.leeds)
    User.objects.filter(pk=cast.nobody.pk).update(second_factor_required=False)
    with django_assert_num_queries(21 + NAVIGATION):
        answer = olive.get(reverse("organisations:person", args=[cast.nobody.pk]))
    assert len(answer.context["roles"]) == rows


def test_people_are_found_by_folded_name_by_address_and_by_role(olive, cast):
    User.objects.enter(email="zofia@example.org", full_name="Žofia Łukasiewicz", now=START)
    assert names_on(olive, page("people") + "?q=lukasie") == ["Žofia Łukasiewicz"]
    assert names_on(olive, page("people") + "?q=ZOFIA@example.org") == ["Žofia Łukasiewicz"]
    assert names_on(olive, page("people") + "?q=Zofia@ex") == ["Žofia Łukasiewicz"]
    assert names_on(olive, page("people") + "?role=coordinator") == ["Carl Nowak", "Cora Whitfield", "Sid Marsh"]
    assert names_on(olive, page("people") + "?q=cora&role=moderator") == []
    assert len(names_on(olive, page("people") + "?role=nonsense")) > 3


def test_inviting_makes_the_person_the_role_and_one_mail_with_a_door(olive, cast):
    answer = olive.post(page("invite"), {**INVITED, "organisation": cast.leeds.pk})
    nell = User.objects.get(email="nell@leeds.example")
    assert answer.url == page("person", nell.pk)
    assert nell.second_factor_required
    message = Message.objects.get(to=nell)
    assert message.link == str(Invitation.objects.get(person=nell).pk)
    assert "as Training Supervisor at Leeds Teaching Hospital" in message.text
    again = olive.post(page("invite"), {**INVITED, "organisation": cast.leeds.pk})
    assert again.status_code == 422 and "Nell Frost holds this role already." in again.context["form"].errors["role"]
    assert Message.objects.filter(to=nell).count() == 1
    assert "Mail a new link" in olive.get(page("person", nell.pk)).text


def test_who_is_in_already_gets_the_role_and_a_mail_without_a_door(olive, cast):
    asked = {**INVITED, "email": cast.mia.email, "full_name": "Mia Ferreira", "role": "trainer"}
    assert olive.post(page("invite"), {**asked, "organisation": cast.leeds.pk}).status_code == 303
    assert Affiliation.objects.filter(person=cast.mia, role="trainer").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "nowhere"}, "Write the whole e-mail address"),
        ({"full_name": "..."}, "A name has letters."),
        ({"role": "king"}, "Choose one of those that are offered"),
        ({"role": "trainer"}, "Choose the centre."),
        ({"role": "moderator", "organisation": "leeds"}, "choose no centre"),
        ({"starts_on": "soon"}, "Give day, month and year."),
    ],
)
def test_bad_input_comes_back_beside_its_field_with_everything_typed(olive, cast, wrong, words):
    given = {**INVITED, "role": "moderator", **wrong}
    given = {**given, "organisation": cast.leeds.pk} if wrong.get("organisation") else given
    answer = olive.post(page("invite"), given)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{given["full_name"]}"' in answer.text
    assert not User.objects.filter(email="nell@leeds.example").exists()


def test_ones_own_address_is_refused(olive, cast):
    answer = olive.post(page("invite"), {**INVITED, "email": cast.olive.email, "organisation": cast.leeds.pk})
    assert answer.status_code == 422
    assert "Olive Ong has this address already" in answer.text
    answer = olive.post(
        page("invite"),
        {**INVITED, "email": cast.olive.email, "full_name": "olive ong", "organisation": cast.leeds.pk},
    )
    assert (answer.status_code, "your own address" in answer.text) == (422, True)


def test_a_role_is_not_given_to_whoever_has_an_address_typed_by_mistake(olive, cast):
    answer = olive.post(page("invite"), {**INVITED, "email": cast.sam.email, "organisation": cast.leeds.pk})
    assert (answer.status_code, "Sam Patel has this address already" in answer.text) == (422, True)


def test_of_two_who_give_a_role_its_last_day_the_second_sees_the_first(olive, cast):
    held = Affiliation.objects.get(person=cast.sam, role="supervisor")
    stale = olive.get(page("end_role", held.pk)).context["form"]["seen"].value()
    assert olive.post(page("end_role", held.pk), {"ends_on": "2028-12-31", "seen": stale}).status_code == 303
    late = olive.post(page("end_role", held.pk), {"ends_on": "2028-06-30", "seen": stale})
    assert (late.status_code, "its last day is 31\xa0December\xa02028" in late.text) == (409, True)
    assert "2028-06-30" in late.text  # what was typed is not lost
    again = olive.get(page("end_role", held.pk)).context["form"]["seen"].value()
    assert olive.post(page("end_role", held.pk), {"ends_on": "2028-06-30", "seen": str(again)}).status_code == 303


def test_what_was_done_to_an_account_stands_on_its_page_with_the_reason(olive, cast):
    check = {"identity_check": "Called back on the number of the centre."}
    olive.post(page("change_address", cast.sam.pk), {**check, "email": "sam.new@example.org"})
    olive.post(page("deactivate", cast.sue.pk), {"reason": "She has left the centre."})
    shown = olive.get(page("person", cast.sam.pk)).text
    assert "Asked for another e-mail address, which counts once it is proved" in shown
    assert "From sam@example.org to sam.new@example.org." in shown
    assert "Called back on the number of the centre." in shown
    shown = olive.get(page("person", cast.sue.pk)).text
    assert "Ended the access" in shown and "She has left the centre." in shown
    shown = olive.get(page("person", cast.cora.pk)).text
    assert "Gave a role: Training Co-ordinator, Leeds Teaching Hospital" in shown


def test_a_role_is_given_and_ended(olive, cast):
    given = {"role": "trainer", "organisation": cast.bristol.pk, "starts_on": "2026-01-05"}
    assert olive.post(page("grant", cast.tara.pk), given).url == page("person", cast.tara.pk)
    again = olive.post(page("grant", cast.tara.pk), given)
    assert again.status_code == 422 and "Tara Quinn holds this role already." in again.context["form"].errors["role"]
    held = Affiliation.objects.get(person=cast.tara, role="trainer")
    slip = olive.post(page("end_role", held.pk), {"ends_on": "2026-02-01"})
    assert slip.status_code == 422 and "The last day is in the past." in slip.text
    early = olive.post(page("end_role", held.pk), {"ends_on": "2025-12-31", "over": "on"})
    assert early.status_code == 422
    assert "before the first" in early.text
    assert olive.post(page("end_role", held.pk), {"ends_on": "2026-02-01", "over": "on"}).status_code == 303
    assert olive.post(page("end_role", held.pk), {"ends_on": "2026-02-02"}).status_code == 409
    assert olive.get(page("end_role", held.pk)).status_code == 409
    own_page = page("person", cast.tara.pk)
    again = olive.post(page("grant", cast.tara.pk), {**given, "starts_on": "2026-01-20"})
    assert again.status_code == 422 and "They hold this role through 1\xa0February\xa02026" in again.text
    oscar = browser_of(cast.oscar)
    for then, words in ((at(2026, 2, 1, 9), "holds today still"), (at(2026, 2, 2, 9), ", ended")):
        clock.set_offset(at=then)
        assert words in oscar.get(own_page).text


def test_nobody_acts_for_themselves_and_the_page_says_so(olive, cast):
    text = olive.get(page("person", cast.olive.pk)).text
    assert "Nobody can give or end a role of their own." in text
    assert "Somebody else has to do this for your account." in text
    own = Affiliation.objects.get(person=cast.olive)
    urls = [page(name, cast.olive.pk) for name in ("grant", "reset_second_factor", "deactivate", "reactivate")]
    for url in [*urls, page("end_role", own.pk)]:
        assert olive.get(url).status_code == 403, url
        assert olive.post(url, {"reason": "x"}).status_code == 403, url


def test_a_lost_second_factor_is_taken_away_with_the_identity_check_on_record(olive, cast):
    browser_of(cast.sam)
    url = page("reset_second_factor", cast.sam.pk)
    assert olive.post(url, {"identity_check": ""}).status_code == 422
    assert olive.post(url, {"identity_check": "Called back at the centre."}).status_code == 303
    assert User.objects.get(pk=cast.sam.pk).second_factor_at is None
    event = AuditEvent.objects.get(action="accounts.second_factor.reset")
    assert event.words.text == {"identity_check": "Called back at the centre."}
    assert olive.get(url).status_code == 409


def test_access_ends_and_begins_again_with_a_reason(olive, cast):
    assert olive.post(page("deactivate", cast.tom.pk), {"reason": ""}).status_code == 422
    assert olive.post(page("deactivate", cast.tom.pk), {"reason": "Left the trust."}).status_code == 303
    twice = olive.post(page("deactivate", cast.tom.pk), {"reason": "Twice."})
    assert twice.status_code == 409 and '<dd class="as-written">Twice.</dd>' in twice.text
    assert "Something changed before you" in twice.text
    assert "Deactivated" in olive.get(page("person", cast.tom.pk)).text
    assert olive.post(page("reactivate", cast.tom.pk), {"reason": "Came back."}).status_code == 303
    assert User.objects.get(pk=cast.tom.pk).is_active


def test_a_new_link_is_mailed_only_to_who_waits_for_one(olive, cast):
    assert olive.post(page("invite_again", cast.tara.pk)).status_code == 409
    given = actions.invite_with_role(
        by=cast.oscar, now=at(2026, 1, 5), email="nell@leeds.example", full_name="Nell Frost", role=Role.MODERATOR
    )
    assert olive.post(page("invite_again", given.person_id)).status_code == 303
    assert Invitation.objects.filter(person=given.person).count() == 2
    ask_for_invitation(email="nell@leeds.example", by=None, now=at(2026, 3, 1))
    actors = AuditEvent.objects.filter(action="accounts.invitation.renewed").order_by("seq")
    assert list(actors.values_list("actor_id", flat=True)) == [cast.olive.pk, None]
    shown = olive.get(page("person", given.person_id)).text
    assert shown.count("invited them to be Moderator") == 1 and shown.count("A new link was mailed on") == 2
    assert "Mailed a new link, for which somebody asked without signing in" in shown


CENTRE = {
    "name": "York Hospital",
    "code": "YRK",
    "kind": "centre",
    "site_name": "Main site",
    "nation": "england",
}


def test_a_centre_is_entered_once(olive, cast):
    answer = olive.post(page("enter_centre"), CENTRE)
    york = Organisation.objects.get(code="YRK")
    assert answer.url == reverse("scheme:centre", args=[york.pk])
    again = olive.post(page("enter_centre"), CENTRE)
    assert again.status_code == 422
    assert "Another organisation has this code." in again.text
    assert olive.post(page("enter_centre"), {**CENTRE, "code": "york 1"}).status_code == 422
    wrong = olive.post(page("enter_centre"), {**CENTRE, "code": "YR3", "name": "Selby", "postcode": "Y"})
    assert list(wrong.context["form"].errors) == ["postcode"]
    selby = olive.post(page("enter_centre"), {**CENTRE, "code": "SEL", "name": "Selby", "postcode": "yo84bl"})
    assert selby.status_code == 303 and Site.objects.get(organisation__code="SEL").postcode == "YO8 4BL"


def test_C2_two_centres_never_have_one_name_whatever_its_capitals(olive, cast):
    olive.post(page("enter_centre"), CENTRE)
    york = Organisation.objects.get(code="YRK")
    again = olive.post(page("enter_centre"), {**CENTRE, "code": "YR2", "name": "York HOSPITAL"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    assert "Another organisation has this name. Add what tells them apart" in again.text
    seen = queries.organisation_version(york)
    given = {"by": cast.olive, "now": START, "organisation_id": york.pk, "ods_code": "", "employer_group": ""}
    with pytest.raises(Invalid, match="has this name") as refused:
        actions.change_organisation(**given, name=cast.leeds.name.upper(), consortium=None, seen=seen)
    assert refused.value.field == "name"
    changed = actions.change_organisation(**given, name="YORK Hospital", consortium=None, seen=seen)
    assert changed.name == "YORK Hospital"


def test_C2_two_centres_never_have_one_name_whatever_the_spaces_in_it(olive, cast):
    olive.post(page("enter_centre"), {**CENTRE, "name": "York   Hospital"})
    assert Organisation.objects.get(code="YRK").name == "York Hospital"
    again = olive.post(page("enter_centre"), {**CENTRE, "code": "YR2", "name": "york  HOSPITAL"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    given = {"by": None, "now": START, "kind": Kind.CENTRE, "nation": Nation.ENGLAND}
    with pytest.raises(Invalid, match="has this name"):
        actions.open_organisation(code="YR3", name="York \u00a0 hospital", site_name="Main  site", **given)
    seen = queries.organisation_version(cast.leeds)
    given = {"by": cast.olive, "now": START, "organisation_id": cast.leeds.pk, "ods_code": "", "employer_group": ""}
    with pytest.raises(Invalid, match="has this name"):
        actions.change_organisation(**given, name=" York  Hospital", consortium=None, seen=seen)
    opened = actions.open_organisation(
        by=None, now=START, code="SEL", name="Selby", kind=Kind.CENTRE, nation=Nation.ENGLAND, site_name="Main  site"
    )
    assert opened.sites.get().name == "Main site"


def test_the_forms_begin_with_what_is_known(olive, cast):
    assert shown(olive, page("invite"))["starts_on"] != ""
    assert holds(cast.olive, Role.OFFICE, START.date())


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("1999-01-01", "Check the year: this is more than 10 years ago."),
        ("2089-01-01", "Check the year: this is more than 2 years ahead."),
    ],
)
def test_C2_a_role_begins_in_a_year_that_somebody_means(olive, cast, first, words):
    given = {"role": "trainer", "organisation": cast.leeds.pk, "starts_on": first}
    refused = olive.post(page("grant", cast.sam.pk), given)
    assert (refused.status_code, refused.context["form"].errors["starts_on"]) == (422, [words])


def test_C2_a_role_of_a_later_day_is_said_to_come(olive, cast):
    first = clock.london_date(clock.now()) + timedelta(days=40)
    given = {"role": "trainer", "organisation": cast.leeds.pk, "starts_on": str(first)}
    said = olive.post(page("grant", cast.sam.pk), given, follow=True).text
    assert f"{cast.sam.full_name} will hold the role from {day(first)}." in said
