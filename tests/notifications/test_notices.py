"""Declarations, and the words that templates make of them (N)."""

import pytest

from ctts.accounts.models import User
from ctts.common.letters import one_line
from ctts.notifications import notices
from ctts.notifications.notices import LINK_HERE, Notice, kinds, mutable_kinds, words_of
from tests.notifications.letterbox.notices import DOOR, MUTABLE, PLAIN

TARA = User(full_name="Tara Quinn")


def words(notice=PLAIN, link="", part=False, **context):
    return words_of(notice, person=TARA, link=link, part=part, context=context)


def test_a_notice_has_a_key_of_app_and_kind():
    with pytest.raises(ValueError, match="no key of a notice"):
        Notice(key="Welcome", title="Welcome")


def test_what_is_urgent_or_opens_a_door_cannot_be_muted():
    with pytest.raises(ValueError, match="nobody may mute"):
        Notice(key="letterbox.loud", title="Loud", can_mute=True, urgent=True)
    with pytest.raises(ValueError, match="nobody may mute"):
        Notice(key="letterbox.loud", title="Loud", can_mute=True, link=DOOR.link)


def test_every_declared_kind_is_known_and_only_mutable_ones_are_offered():
    assert kinds()["letterbox.plain"] is PLAIN
    assert notices.DAILY.key in kinds()
    assert mutable_kinds() == {"letterbox.mutable": MUTABLE.title} | {
        key: title for key, title in mutable_kinds().items() if not key.startswith("letterbox.")
    }


def test_two_notices_with_one_key_are_refused():
    module = __import__("tests.notifications.letterbox.notices", fromlist=["PLAIN"])
    module.ANOTHER = Notice(key=PLAIN.key, title="Another")
    kinds.cache_clear()
    try:
        with pytest.raises(ValueError, match="Two notices are called"):
            kinds()
    finally:
        del module.ANOTHER


def test_an_undeclared_notice_and_a_reserved_name_are_refused():
    with pytest.raises(LookupError, match="not declared"):
        words(Notice(key="letterbox.plain", title="Only looks like it"))
    with pytest.raises(ValueError, match="may not say what base_url"):
        words(what="x", base_url="https://elsewhere.example")


def test_html_is_escaped_and_plain_text_is_not():
    found = words(what="<b>Fish & chips</b>")
    assert "About <b>Fish & chips</b>." in found.text
    assert "About &lt;b&gt;Fish &amp; chips&lt;/b&gt;." in found.html
    assert found.subject == "News of <b>Fish & chips</b>"


def test_a_subject_is_one_line_and_can_start_no_header():
    assert words(what="x\r\nBcc: all@example.org").subject == "News of x Bcc: all@example.org"
    assert one_line("a\u2028b\x00c\td") == "a b c d"
    assert len(one_line("é" * 500)) == 200
    assert one_line("é" * 500).endswith("…")


def test_the_place_of_a_link_is_marked_and_the_link_is_not_there():
    assert LINK_HERE in words(DOOR, link="7", what="x").text
    assert f'href="{LINK_HERE}"' in words(DOOR, link="7", what="x").html


def test_somebody_who_needs_no_door_is_given_none():
    found = words(DOOR, what="x")
    assert LINK_HERE not in found.text
    assert "Sign in." in found.text


def test_a_part_of_a_daily_mail_has_no_greeting_and_no_foot():
    whole, part = words(what="x"), words(part=True, what="x")
    assert "Tara" in whole.text
    assert part.text.strip() == "About x."
