"""The trainee's pages of the Diploma and of the pack for the register, and the guide (D1, D2, D4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications.models import Qualification
from ctts.common.seals import examine
from moderation import actions
from moderation.models import Pack, PackFile
from moderation.states import PackPart
from tests.moderation.awarding import NOW, issued, job
from tests.moderation.test_packs import ask, give
from tests.office import NAVIGATION, browser_of
from tests.training.world import GOOD


def pack_url(awarded):
    return reverse("moderation:pack", args=[awarded.tara.pk])


def file_of(name="training-plan.pdf", content=None):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, (GOOD / name).read_bytes() if content is None else content, "application/pdf")


def test_D2_the_page_lists_parts_takes_files_and_offers_the_pack(awarded):
    client, url = browser_of(awarded.cast.tara), pack_url(awarded)
    text = client.get(url).content.decode()
    assert "3 parts are missing" in text and "Not added yet." in text and "Put it together" in text
    part = reverse("moderation:give_part", args=[awarded.tara.pk, "cv"])
    assert "education and your work experience" in client.get(part).content.decode()
    assert client.post(part, {"file": file_of()}).url == url
    assert client.get(reverse("moderation:part_file", args=[awarded.tara.pk, "cv"])).status_code == 200
    assert client.post(reverse("moderation:ask_pack", args=[awarded.tara.pk])).url == url
    assert "hx-get" in client.get(url).content.decode()
    assert client.post(reverse("moderation:ask_pack", args=[awarded.tara.pk])).status_code == 409
    job("make_packs")
    progress = client.get(reverse("moderation:pack_progress", args=[awarded.tara.pk])).content.decode()
    assert "Finished" in progress and "hx-get" not in progress
    text = client.get(url).content.decode()
    assert "Everything in one archive" in text and "Put it together again" in text
    for which, kind in (("archive", "application/zip"), ("printable", "application/pdf")):
        response = client.get(reverse("moderation:pack_file", args=[awarded.tara.pk, which]))
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("ending", ["revoke_diploma", "reissue_diploma"])
def test_D2_a_pack_with_a_diploma_that_is_over_is_not_given_out_any_more(awarded, ending):
    made = issued(awarded)
    job("make_diplomas", NOW)
    client, url = browser_of(awarded.cast.tara), pack_url(awarded)
    client.post(reverse("moderation:ask_pack", args=[awarded.tara.pk]))
    job("make_packs")
    files = [reverse("moderation:pack_file", args=[awarded.tara.pk, which]) for which in ("archive", "printable")]
    assert [client.get(file).status_code for file in files] == [200, 200]
    later = Pack.objects.get().asked_at + timedelta(hours=1)
    more = {"name": "Tara Quinn-Hale"} if ending == "reissue_diploma" else {}
    getattr(actions, ending)(by=awarded.cast.olive, now=later, diploma_id=made.pk, reason="A mistake.", **more)
    assert [client.get(file).status_code for file in files] == [409, 409]
    text = client.get(url).content.decode()
    assert "not given out any more" in text and "Everything in one archive" not in text
    assert ("Revoked." in text) == (ending == "revoke_diploma")
    diploma = client.get(reverse("moderation:diploma", args=[awarded.tara.pk])).content.decode()
    assert ("Put together what the register asks for" in diploma) == (ending == "reissue_diploma")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Wanted here: PDF"),
        (b"", "Choose a file"),
        (b"MZ program", "This is a program"),
        (b"%PDF-1.7", "This PDF"),
    ],
)
def test_D2_a_wrong_file_is_refused_beside_its_field(awarded, content, words):
    client = browser_of(awarded.cast.tara)
    url = reverse("moderation:give_part", args=[awarded.tara.pk, "chart"])
    sent = {} if content == b"" else {"file": file_of("certificate-photo.jpg", content)}
    response = client.post(url, sent)
    assert response.status_code == 422 and words in response.content.decode()
    assert not PackFile.objects.exists()


def test_D2_strangers_find_no_pack(awarded):
    give(awarded, PackPart.CV)
    ask(awarded)
    names = [("pack", ()), ("give_part", ("cv",)), ("part_file", ("cv",)), ("pack_progress", ())]
    names += [("pack_file", ("archive",)), ("pack_file", ("printable",))]
    for who in ("tom", "sam", "cora", "olive"):
        client = browser_of(getattr(awarded.cast, who))
        for name, more in names:
            assert client.get(reverse(f"moderation:{name}", args=[awarded.tara.pk, *more])).status_code == 404
        assert client.post(reverse("moderation:ask_pack", args=[awarded.tara.pk])).status_code == 404


def test_D2_what_is_not_there_is_not_found(awarded):
    client = browser_of(awarded.cast.tara)
    for name, more in (
        ("give_part", ("passport",)),
        ("part_file", ("cv",)),
        ("pack_progress", ()),
        ("pack_file", ("archive",)),
    ):
        assert client.get(reverse(f"moderation:{name}", args=[awarded.tara.pk, *more])).status_code == 404
    ask(awarded)
    assert client.get(reverse("moderation:pack_file", args=[awarded.tara.pk, "record"])).status_code == 404


def test_D1_the_trainee_has_the_file_and_others_see_that_it_is_there(awarded):
    url = reverse("moderation:diploma", args=[awarded.tara.pk])
    tara, sam, tom = (browser_of(getattr(awarded.cast, who)) for who in ("tara", "sam", "tom"))
    assert "The scheme office issues the Diploma next; you are told by mail" in tara.get(url).content.decode()
    made = issued(awarded)
    assert "The sealed file is being made" in tara.get(url).content.decode()
    job("make_diplomas")
    file = reverse("moderation:diploma_file", args=[made.pk])
    text = tara.get(url).content.decode()
    assert file in text and made.number in text and pack_url(awarded) in text
    response = tara.get(file)
    assert examine(b"".join(response)).holds and response["Content-Disposition"].startswith("attachment")
    text = sam.get(url).content.decode()
    assert made.number in text and file not in text and pack_url(awarded) not in text
    assert sam.get(file).status_code == tom.get(file).status_code == tom.get(url).status_code == 404
    assert browser_of(awarded.cast.olive).get(file).status_code == 200


def test_D1_of_one_that_is_over_the_trainee_reads_why_and_gets_no_file(awarded):
    made = issued(awarded)
    tara, sam = browser_of(awarded.cast.tara), browser_of(awarded.cast.sam)
    file = reverse("moderation:diploma_file", args=[made.pk])
    assert tara.get(file).status_code == 404
    job("make_diplomas")
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, reason="Withdrawn on appeal.")
    url = reverse("moderation:diploma", args=[awarded.tara.pk])
    assert "Withdrawn on appeal." in tara.get(url).content.decode()
    assert "Withdrawn on appeal." not in sam.get(url).content.decode()
    assert tara.get(file).status_code == 409
    actions.reissue_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, name="Tara Quinn", reason="Mended.")
    text = tara.get(url).content.decode()
    assert "Earlier ones" in text and made.number in text and "CTD-2028-00002" in text


def test_F7_D1_a_completed_record_says_what_comes_next_and_leads_to_the_diploma(awarded):
    record, of_it, guide = (
        reverse("training:record", args=[awarded.tara.pk]),
        reverse("moderation:diploma", args=[awarded.tara.pk]),
        reverse("moderation:next_steps"),
    )
    tara, sam = browser_of(awarded.cast.tara), browser_of(awarded.cast.sam)
    text = tara.get(record).content.decode()
    assert "The scheme office issues the Diploma next." in text and text.count(of_it) == 2  # its tab, and here
    issued(awarded, "tom")  # could leak: the diploma of another
    made = issued(awarded)
    check = reverse("moderation:check_number", args=[made.number])
    for client in (tara, sam):
        text = client.get(record).content.decode()
        assert f"Diploma {made.number} is issued." in text and check in text and "CTD-2028-00001" not in text
        assert text.count(f'"{guide}"') == (2 if client is tara else 1)  # the footer's, and here for the trainee
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, reason="Withdrawn on appeal.")
    text = sam.get(record).content.decode()
    assert f"Diploma {made.number} was revoked." in text and check not in text and "on appeal" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_of_diploma_and_pack(awarded, rows, django_assert_num_queries):
    made = issued(awarded)
    for _ in range(rows - 1):
        made = actions.reissue_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, name="Tara", reason="Again")
    Qualification.objects.bulk_create(_more_qualifications(awarded, rows))
    client = browser_of(awarded.cast.tara)
    client.get(pack_url(awarded))
    with django_assert_num_queries(7 + NAVIGATION):
        client.get(reverse("moderation:diploma", args=[awarded.tara.pk]))
    with django_assert_num_queries(14 + NAVIGATION):
        client.get(reverse("moderation:pack", args=[awarded.tara.pk]))


def _more_qualifications(awarded, rows):
    row = Qualification.objects.get(application=awarded.tara.application)
    names = [field.attname for field in Qualification._meta.concrete_fields if field.name not in ("id", "key")]
    values = {name: getattr(row, name) for name in names}
    return [Qualification(**values, key=f"00000000-0000-4000-8000-00000000000{number}") for number in range(rows)]


def test_D4_the_guide_says_what_comes_next_to_anybody(client):
    text = client.get(reverse("moderation:next_steps")).content.decode()
    for words in ("primary route", "continuing professional development", "UK-SPEC", "RSciTech", "Full Member"):
        assert words in text, words
