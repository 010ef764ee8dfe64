"""The layouts of mails, letters and error pages: whole names on paper, both parts of a mail, no database."""

from __future__ import annotations

import re
from copy import deepcopy
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from fontTools.ttLib import TTFont

from ctts.common.middleware import not_kept
from ctts.common.pdf import render_pdf
from ctts.common.refusals import RefusalMiddleware, not_allowed, refusal, too_often
from ctts.common.verdict import DoneAlready, TooLate

NAME = "Žofia Łukasiewicz, Nguyễn Thị Hương, Siân Ó Súilleabháin, İrem Şahin"
LETTER = """{% extends "pdf/base.html" %}{% block title %}A letter{% endblock %}
{% block address %}{{ name }}{% endblock %}
{% block content %}<h1>{{ name }}</h1><p>{{ name }} <b>{{ name }}</b> <em>{{ name }}</em></p>{% endblock %}"""


@pytest.fixture
def own_templates(tmp_path, settings):
    """A folder of templates beside the product's."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    return tmp_path


@pytest.mark.parametrize(
    "path", sorted((settings.BASE_DIR / "static/vendor/fonts").glob("*.ttf")), ids=lambda p: p.stem
)
def test_fonts_for_paper_are_complete(path):
    letters = TTFont(path).getBestCmap()
    assert [letter for letter in NAME + "ĄąĆćĘęĞğŃńŚśŹźŻżȘșȚțŴŵŶŷ£€–—“”" if ord(letter) not in letters] == []


def test_a_letter_is_written_in_our_fonts_only(own_templates):
    (own_templates / "letter.html").write_text(LETTER)
    with pikepdf.open(BytesIO(render_pdf("letter.html", {"name": NAME}))) as pdf:
        fonts = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].Resources.Font.values()}
        assert str(pdf.docinfo.Title) == "A letter"
        assert str(pdf.Root.Lang).lower() == "en-gb"
    assert fonts
    assert all(name.startswith(("Source-Sans-3", "Source-Serif-4")) for name in fonts), fonts


@pytest.mark.parametrize(("part", "greeted"), [(False, True), (True, False)])
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_a_mail_greets_unless_it_is_part_of_a_daily_one(kind, part, greeted):
    known = {
        "person": SimpleNamespace(greeting_name="Žofia"),
        "part": part,
        "product_name": "Clinical Technologist Training Scheme",
        "base_url": "https://ctts.example",
    }
    assert ("Dear Žofia," in render_to_string(f"mail/base.{kind}", known)) is greeted


@pytest.mark.parametrize("status", [500, 503])
def test_pages_for_a_lost_database_ask_it_nothing(status):
    page = render_to_string(f"{status}.html", {"reason": ""})
    assert f"Error {status}" in page
    assert "nothing you had saved is lost" in page.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 429])
def test_a_refusal_says_its_reason_once_and_escaped(status):
    request = RequestFactory().post("/x/")
    request.user = SimpleNamespace(is_authenticated=False)
    answer = refusal(request, status, "It is <closed> since 2 May.")
    page = answer.content.decode()
    assert answer.status_code == status
    assert page.count("It is &lt;closed&gt; since 2 May.") == (0 if status == 404 else 1)
    assert page.count("<h1") == 1


def test_a_lost_race_leads_back_to_the_page():
    lost = [again("http://testserver/routes/?from=mail"), again("http://elsewhere.example/routes/"), again("")]
    assert lost == ["/routes/?from=mail", "", ""]


def test_where_a_form_was_refused_the_way_back_leads_to_the_page_above_it():
    """The address of a finding only takes forms: of "/applications/7/review/A3b/" the review opens."""
    above = [again(f"http://testserver/applications/7/review/{last}") for last in ("A3b/", "purchase-order/3/")]
    assert above == ["/applications/7/review/"] * 2
    assert again("http://testserver/nothing/here/") == ""


def again(referer):
    """The address of “Open the page again” on the page of a lost race; empty without one."""
    request = RequestFactory().post("/x/sign/", headers={"Referer": referer})
    request.user = SimpleNamespace(is_authenticated=False)
    found = re.search(r'<a class="btn btn-primary" href="([^"]*)">', refusal(request, 409, "").content.decode())
    return found[1] if found else ""


def test_an_address_that_only_takes_forms_says_so_and_leads_to_its_page():
    request = RequestFactory().get("/applications/7/review/A3b/")
    request.user = SimpleNamespace(is_authenticated=False)
    answer = not_allowed(request, ("POST",))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert 'href="/applications/7/review/"' in answer.content.decode()


@pytest.mark.parametrize(
    ("cookies", "said", "kept"),
    [
        ({}, {}, None),
        ({"sessionid": "x"}, {}, "private, no-store"),
        ({"sessionid": "x"}, {"Cache-Control": "no-store"}, "no-store"),
    ],
)
def test_a_browser_keeps_no_page_of_a_session(cookies, said, kept):
    request = RequestFactory().get("/home/")
    request.COOKIES = cookies
    assert not_kept(lambda _: HttpResponse(headers=said))(request).get("Cache-Control") == kept


def test_a_form_that_was_sent_twice_is_not_called_a_lost_race():
    request = RequestFactory().post("/x/", {"reason": "Two words"})
    request.user = SimpleNamespace(is_authenticated=False)
    done = RefusalMiddleware(None).process_exception(request, DoneAlready("It was saved already."))
    lost = RefusalMiddleware(None).process_exception(request, TooLate("It was saved already."))
    said = [(answer.status_code, answer.content.decode()) for answer in (done, lost)]
    assert [status for status, _ in said] == [409, 409]
    assert ["It is done already" in page for _, page in said] == [True, False]
    assert ["Something changed before you" in page for _, page in said] == [False, True]
    assert ["was not saved" in page for _, page in said] == [False, True]
    assert ["What was sent first stands; what you sent now was not taken." in page for _, page in said] == [True, False]
    assert ["<dt>Reason</dt>" in page and "Two words" in page for _, page in said] == [True, True]


def test_too_often_says_how_long_to_wait_on_the_page_and_beside_it():
    request = RequestFactory().get("/x/")
    request.user = SimpleNamespace(is_authenticated=False)
    answer = too_often(request, "You asked too often.", seconds=60)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "Wait 60 seconds" in answer.content.decode()
