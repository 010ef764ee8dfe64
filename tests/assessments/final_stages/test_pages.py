"""Pages of the Practical, the portfolio and the viva (F2 to F4): what each reader sees and what is refused."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from icalendar import Calendar

from assessments.models import Portfolio, PortfolioReading, PracticalSeal, Viva
from assessments.states import Result, Stage
from tests.assessments.final_stages import world as f
from tests.cast import PASSWORD
from training import actions as training


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


words = f.words_of


def browser(final, who, *, proved=True):
    return f.browser_of(getattr(final.cast, who), proved=proved)


# --- the Practical ---


def test_F2_moderator_and_office_read_the_sum_others_its_lines_until_it_is_released(computable):
    page = address("practical", computable.tara.pk)
    for who in ("mia", "olive"):
        text = words(browser(computable, who).get(page))
        assert ("73.8 %" in text, "exactly 295/4" in text, "77.5 %" in text) == (True, True, True)
    for who in ("tara", "sam", "cora"):
        text = words(browser(computable, who).get(page))
        assert ("75.0 %" in text, "73.8 %" in text, "77.5 %" in text) == (True, False, False)
        assert "shown once the outcome is released" in text
    outcome = f.sealed_practical(computable.tara, computable.cast.mia)
    tara = browser(computable, "tara")
    assert "73.8" not in words(tara.get(page)) and "Passed" not in words(tara.get(page))
    f.release(computable.cast, outcome)
    assert ("73.8 %" in words(tara.get(page)), "Passed" in words(tara.get(page))) == (True, True)


def test_F2_not_yet_computable_says_what_is_missing(final):
    text = words(browser(final, "mia").get(address("practical", final.tara.pk)))
    assert ("not yet computable" in text, "DOPS log is empty" in text) == (True, True)
    assert "Seal the Practical</strong> is closed." in text


def test_F2_the_moderator_seals_with_a_proof_and_once(computable):
    mia, page = browser(computable, "mia", proved=False), address("practical_seal", computable.tara.pk)
    seen = mia.get(page).context["form"]["seen"].value()
    assert mia.post(page, {"seen": seen}).status_code == 422
    done = mia.post(page, {"seen": seen, "password_or_code": PASSWORD})
    assert (done.status_code, done.url) == (303, address("practical", computable.tara.pk))
    assert PracticalSeal.objects.get().authenticated_with == "password"
    assert mia.post(page, {"seen": seen}).status_code == 409


def test_F2_a_sum_that_changed_is_409_and_shown_as_it_is_now(computable):
    mia, page = browser(computable, "mia"), address("practical_seal", computable.tara.pk)
    seen = mia.get(page).context["form"]["seen"].value()
    f.observed(computable.tara, computable.cast.sam, [1] * 10, f.date(2027, 9, 1))
    stale = mia.post(page, {"seen": seen, "seen_score": "73.8 %"})
    assert stale.status_code == 409
    assert "You saw 73.8 %; it is 65.0 % now." in words(stale)
    again = stale.context["form"]["seen"].value()
    assert mia.post(page, {"seen": again}).status_code == 303
    assert "<script>" not in words(mia.post(page, {"seen": "x", "seen_score": "<script>"}))


def test_F6_earlier_attempts_stand_on_the_page(final):
    for _ in range(2):
        f.released(final.cast, final.tara, Stage.PRACTICAL, Result.FAIL)
    text = words(browser(final, "tara").get(address("practical", final.tara.pk)))
    assert text.count("Released 20 December 2027") == 2
    assert "Earlier attempts" not in words(browser(final, "sam").get(address("practical", final.tara.pk)))
    overview = words(browser(final, "tara").get(address("final", final.tara.pk)))
    assert ("Attempt 3 of 3" in overview, "Practical has not been passed" in overview) == (True, True)
    f.released(final.cast, final.tara, Stage.PRACTICAL, Result.FAIL)
    assert "No attempt left" in words(browser(final, "tara").get(address("final", final.tara.pk)))


# --- the portfolio ---


def test_F3_the_trainee_compiles_sees_progress_and_stops(final):
    tara, pk = browser(final, "tara"), final.tara.pk
    assert tara.post(address("portfolio_compile", pk)).url == address("portfolio", pk)
    page = words(tara.get(address("portfolio", pk)))
    assert ('hx-get="' + address("portfolio_progress", pk) in page, "You can leave this page" in page) == (True, True)
    part = tara.get(address("portfolio_progress", pk))
    assert ("0 of 3" in words(part), "HX-Refresh" in part) == (True, False)
    assert tara.post(address("portfolio_compile", pk)).status_code == 409
    assert tara.post(address("portfolio_stop", pk)).status_code == 303
    assert "You stopped it." in words(tara.get(address("portfolio", pk)))
    assert tara.get(address("portfolio_progress", pk))["HX-Refresh"] == "true"
    assert tara.post(address("portfolio_stop", pk)).status_code == 409


def test_F3_one_pdf_is_uploaded_and_what_is_none_is_refused_beside_the_field(final):
    tara, page = browser(final, "tara"), address("portfolio_upload", final.tara.pk)
    pdf = SimpleUploadedFile("mine.pdf", f.sample("good/training-plan.pdf"), "application/pdf")
    photo = SimpleUploadedFile("mine.jpg", f.sample("good/certificate-photo.jpg"), "image/jpeg")
    refused = tara.post(page, {"file": photo})
    assert (refused.status_code, "Wanted here: PDF." in words(refused)) == (422, True)
    assert tara.post(page, {}).status_code == 422
    assert tara.post(page, {"file": pdf}).status_code == 303
    found = Portfolio.objects.get()
    assert (found.pages, found.state) == (6, "ready")
    assert "still being checked" in words(tara.get(address("portfolio", final.tara.pk)))


def test_F3_the_trainee_reads_what_is_left_out_and_why(final):
    items = f.items_of(final.tara)
    f.evidence_file(final.tara, "competency-map.xlsx", items[0], title="Map of competencies")
    f.evidence_file(final.tom, "competency-map.xlsx", f.items_of(final.tom)[0], title="Tom’s map")  # could leak
    for number in range(10):
        given = {"record_id": final.tara.pk, "key": uuid4(), "title": f"Scan {number}"}
        training.start_case(by=final.cast.tara, now=f.NOW, **given)
    page = words(browser(final, "tara").get(address("portfolio", final.tara.pk)))
    assert "Left out: an office file, “Map of competencies”, because" in page and "Tom’s map" not in page
    assert "Left out: a long case study, “Scan 7”, because it is a draft; submit it and it goes in." in page
    assert ("Scan 8" in page, "And 2 more for the same reason." in page) == (False, True)
    assert "Left out" not in words(browser(final, "sam").get(address("portfolio", final.tara.pk)))


def test_F3_sealing_says_what_it_does_and_to_whom_it_opens(final):
    tara, pk = browser(final, "tara"), final.tara.pk
    assert tara.get(address("portfolio_seal", pk)).status_code == 409  # nothing was begun
    f.uploaded(final.tara, pages=12)
    page = words(tara.get(address("portfolio", pk)))
    assert ("0 of 6 competencies are signed; every one must be." in page, "<strong>12</strong> of 500" in page) == (
        True,
        True,
    )
    assert ("Ready to seal" in page, "Not ready to seal" in page) == (False, True)
    assert "This cannot be done now" in words(tara.get(address("portfolio_seal", pk)))
    f.sign_everything(final.tara, final.cast.sam)
    page = words(tara.get(address("portfolio", pk)))
    assert ("Ready to seal" in page, "Nothing keeps it from being sealed" in page) == (True, True)
    seal = tara.get(address("portfolio_seal", pk))
    text = words(seal)
    assert ("Mia Ferreira, Max Holloway" in text, "Receipt: your portfolio is sealed" in text) == (True, True)
    seen = seal.context["confirm"].form["seen"].value()
    assert tara.post(address("portfolio_seal", pk), {"seen": seen}).status_code == 422
    f.uploaded(final.tara, pages=13)
    stale = tara.post(address("portfolio_seal", pk), {"seen": seen, "own_work": "on"})
    assert (stale.status_code, "has changed since" in words(stale)) == (409, True)
    again = stale.context["confirm"].form["seen"].value()
    assert tara.post(address("portfolio_seal", pk), {"seen": again, "own_work": "on"}).status_code == 303
    receipt = words(tara.get(address("portfolio", pk)))
    assert (Portfolio.objects.get().content_sha256 in receipt, "Receipt" in receipt) == (True, True)
    assert tara.get(address("portfolio_seal", pk)).status_code == 409


def test_F3_the_sealed_file_opens_to_whom_it_may_and_each_opening_is_noted(final, sealed):
    file = address("portfolio_file", sealed.pk)
    answers = {
        who: browser(final, who).get(file).status_code
        for who in ("tara", "mia", "max", "olive", "sam", "cora", "tom", "sue", "mona", "nobody")
    }
    assert [who for who, status in answers.items() if status == 200] == ["tara", "mia", "max", "olive"]
    assert {who: status for who, status in answers.items() if status != 200} == {
        "sam": 403,
        "cora": 403,
        "tom": 404,
        "sue": 404,
        "mona": 404,
        "nobody": 404,
    }
    assert sorted(row.reader.email for row in PortfolioReading.objects.all()) == [
        "max@example.org",
        "mia@example.org",
        "olive@example.org",
    ]
    max_ = browser(final, "max")
    served = max_.get(file, headers={"Range": "bytes=100-200"})
    assert (served.status_code, len(b"".join(served.streaming_content))) == (206, 101)
    assert max_.head(file).status_code == 200
    assert PortfolioReading.objects.filter(reader=final.cast.max).count() == 1
    assert "attachment" in max_.get(file, {"download": ""})["Content-Disposition"]


@pytest.mark.parametrize("part", ["bytes=1-", "bytes=0-499999", "bytes=-5000000", "bytes=7-9", "pages=1"])
def test_F3_whatever_part_of_it_is_asked_for_is_noted_once(final, sealed, part):
    file, max_ = address("portfolio_file", sealed.pk), browser(final, "max")
    for _ in range(2):
        assert b"".join(max_.get(file, headers={"Range": part}).streaming_content)
    assert [row.reader for row in PortfolioReading.objects.all()] == [final.cast.max]


def test_F3_who_opened_it_the_trainee_and_the_office_see(final, sealed):
    browser(final, "max").get(address("portfolio_file", sealed.pk))
    page = address("portfolio_readings", sealed.pk)
    for who, status in (("tara", 200), ("olive", 200), ("max", 403), ("sam", 403), ("tom", 404)):
        response = browser(final, who).get(page)
        assert response.status_code == status
        assert ('<th scope="row">Max Holloway<' in words(response)) is (status == 200)


def test_F3_the_supporting_moderator_sees_the_portfolio_and_never_the_training_record(final):
    max_, pk = browser(final, "max"), final.tara.pk
    before = words(max_.get(address("portfolio", pk)))
    assert ("opens to you once Tara Quinn has sealed it" in before, "competencies are signed" in before) == (
        True,
        False,
    )
    assert (address("practical", pk) in before, address("viva", pk) in before) == (False, True)
    found = f.sealed_portfolio(final.tara, final.cast.sam)
    assert max_.get(address("portfolio_file", found.pk)).status_code == 200
    for name in ("final", "practical", "practical_seal", "portfolio_seal", "portfolio_upload", "portfolio_progress"):
        assert max_.get(address(name, pk)).status_code == 404
    for name in ("portfolio_compile", "portfolio_stop"):
        assert max_.post(address(name, pk)).status_code == 404
    for name in ("record", "competencies", "plan", "evidence", "reviews", "dops_log", "writing", "people", "history"):
        assert max_.get(reverse(f"training:{name}", args=[pk])).status_code == 404


def test_F3_those_around_the_trainee_see_where_it_stands_but_not_the_file(final):
    f.uploaded(final.tara, pages=12)
    for who in ("sam", "cora", "mia", "olive"):
        text = words(browser(final, who).get(address("portfolio", final.tara.pk)))
        assert ("<strong>12</strong> of 500" in text, "Compile from my record" in text) == (True, False)
        for name in ("portfolio_compile", "portfolio_stop"):
            assert browser(final, who).post(address(name, final.tara.pk)).status_code == 403
        for name in ("portfolio_upload", "portfolio_seal"):
            assert browser(final, who).get(address(name, final.tara.pk)).status_code == 403
    for who in ("tom", "sue", "carl", "mona", "nobody"):
        for name in ("final", "practical", "portfolio", "viva"):
            assert browser(final, who).get(address(name, final.tara.pk)).status_code == 404


def test_F3_the_released_outcome_and_the_marks_reach_the_trainee(final, portfolio):
    attempt = portfolio
    tara = browser(final, "tara")
    before = f.page_of(tara, address("portfolio", final.tara.pk))
    for who in (final.cast.mia, final.cast.max):
        f.submitted(attempt, who, result="refer")
    assert f.page_of(tara, address("portfolio", final.tara.pk)) == before
    assert tara.get(address("marking", attempt.pk)).status_code == 404
    f.released_outcome(final.cast, attempt)
    page = words(tara.get(address("portfolio", final.tara.pk)))
    assert ("Earlier attempts" in page, "All in all external." in page) == (True, True)
    assert "Because of scope." in words(tara.get(address("marking", attempt.pk)))


# --- the viva ---


BOOKING = {
    "starts_on": "2028-01-12",
    "starts_time": "14:00",
    "joining": "https://meet.example.org/x",
    "extra_minutes": "15",
}


def test_F4_the_office_books_moves_and_calls_off(ready):
    olive, pk = browser(ready, "olive"), ready.tara.pk
    assert "The scheme office books it now" in words(browser(ready, "tara").get(address("viva", pk)))
    assert "Tara Quinn, Mia Ferreira, Max Holloway" in words(olive.get(address("viva_book", pk)))
    assert olive.post(address("viva_book", pk), BOOKING).status_code == 303
    assert Viva.objects.get().starts_at == f.at(2028, 1, 12, 14)
    assert olive.post(address("viva_book", pk), BOOKING).status_code == 409
    form = olive.get(address("viva_move", pk)).context["confirm"].form
    assert [form[name].value() for name in ("seen", "joining", "extra_minutes")] == [0, BOOKING["joining"], 15]
    for same, words_said in ((BOOKING, "booked so already"), ({**BOOKING, "starts_on": "2031-01-12"}, "coming year")):
        refused = olive.post(address("viva_move", pk), {**same, "seen": "0"})
        assert refused.status_code == 422 and words_said in words(refused)
    moved = {**BOOKING, "starts_on": "2028-07-12", "seen": "0"}
    assert olive.post(address("viva_move", pk), moved).status_code == 303
    assert Viva.objects.get().starts_at == f.at(2028, 7, 12, 13)  # two in the afternoon in summer
    assert olive.post(address("viva_move", pk), moved).status_code == 409
    assert olive.post(address("viva_cancel", pk), {"seen": "x"}).status_code == 409
    assert "will not take place then" in words(olive.get(address("viva_cancel", pk)))
    assert olive.post(address("viva_cancel", pk), {"seen": "1"}).status_code == 303
    assert olive.get(address("viva_cancel", pk)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_on": "2027-12-19"}, "This day is over."),
        ({"starts_on": "2027-12-20", "starts_time": "09:59"}, "This time is over."),
        ({"starts_on": "2028-03-26", "starts_time": "01:30"}, "The clocks leave this time out"),
        ({"starts_on": "", "starts_time": "half past"}, "with hours and minutes"),
        ({"joining": "javascript:alert(1)"}, "Give the whole address"),
        ({"extra_minutes": "121"}, "at most 120"),
    ],
)
def test_F4_a_booking_that_cannot_be_comes_back_with_everything_typed(ready, changes, said):
    olive = browser(ready, "olive")
    refused = olive.post(address("viva_book", ready.tara.pk), {**BOOKING, **changes})
    assert (refused.status_code, said in words(refused)) == (422, True)
    assert "meet.example.org" in words(refused) or "joining" in changes
    assert not Viva.objects.exists()


def test_F4_joining_details_and_calendar_file_are_for_those_who_will_be_there(ready):
    f.booked(ready, ready.tara, starts_at=f.at(2028, 1, 12, 14))
    page, file = address("viva", ready.tara.pk), address("viva_calendar", ready.tara.pk)
    for who in ("tara", "mia", "max", "olive"):
        client = browser(ready, who)
        assert "meet.example.org" in words(client.get(page))
        event = Calendar.from_ical(client.get(file).content).walk("VEVENT")[0]
        assert event.decoded("dtstart").isoformat() == "2028-01-12T14:00:00+00:00"
    for who in ("sam", "cora"):
        client = browser(ready, who)
        assert ("12 January 2028" in words(client.get(page)), "meet.example.org" in words(client.get(page))) == (
            True,
            False,
        )
        assert client.get(file).status_code == 404
    for who in ("tara", "mia", "max", "sam", "tom"):
        for name in ("viva_book", "viva_move", "viva_cancel"):
            assert browser(ready, who).get(address(name, ready.tara.pk)).status_code == 403
    assert browser(ready, "tom").get(file).status_code == 404


def test_F4_there_is_no_calendar_file_before_it_is_booked(ready):
    assert browser(ready, "tara").get(address("viva_calendar", ready.tara.pk)).status_code == 404
    f.booked(ready, ready.tara, starts_at=f.LATER)
    f.actions.cancel_viva(by=ready.cast.olive, now=f.NOW, record_id=ready.tara.pk, seen=0)
    assert browser(ready, "tara").get(address("viva_calendar", ready.tara.pk)).status_code == 409
    for name in ("viva_move", "viva_cancel"):
        assert browser(ready, "olive").get(address(name, ready.tom.pk)).status_code == 409


# --- the office's page over an outcome ---


def office_reads(final, outcome):
    return words(browser(final, "olive").get(address("outcome", outcome.pk)))


def test_F1_the_office_reads_what_a_practical_was_made_of(computable):
    outcome = f.sealed_practical(computable.tara, computable.cast.mia)
    said = office_reads(computable, outcome)
    for part in (
        "77.5 %, weight 50 %",
        "70.0 %, weight 50 %",
        "73.8 %, pass mark",
        "Mia Ferreira",
        "The sum line by line",
    ):
        assert part in said
    assert "shortfalls" not in said and "lines" not in said  # no keys of what is kept


@pytest.mark.parametrize("stage", [Stage.PORTFOLIO, Stage.VIVA])
def test_rule_9_the_office_reads_who_marked_and_the_sheets_only_after_release(final, stage):
    attempt = f.to_mark(final) if stage == Stage.PORTFOLIO else f.viva_to_mark(final)
    for who in ("mia", "max"):
        f.submitted(attempt, getattr(final.cast, who))
    outcome = attempt.record.outcomes.get(stage=stage)
    said = office_reads(final, outcome)
    assert ("Mia Ferreira, submitted" in said, "Max Holloway, submitted" in said) == (True, True)
    assert ("Both markers’ sheets" in said, "opens to you once" in said, "external" in said) == (False, True, False)
    f.release(final.cast, outcome)
    assert "Both markers’ sheets" in office_reads(final, outcome)


def test_F4_the_trainee_reads_the_outcome_of_a_viva_once_it_is_released(final, viva):
    attempt, tara = viva, browser(final, "tara")
    for who in ("mia", "max"):
        f.submitted(attempt, getattr(final.cast, who))
    page = address("viva", final.tara.pk)
    before = words(tara.get(page))
    assert ("Outcome" in before, "75.0 %" in before, ">Join<" in before) == (False, False, True)
    f.release(final.cast, final.tara.outcomes.get(stage=Stage.VIVA))
    after = words(tara.get(page))
    assert ("Outcome" in after, "75.0 %" in after, ">Join<" in after) == (True, True, False)
    assert address("marking", attempt.pk) in after
