"""The pages of earlier logs: a file, its dry run, the import, what becomes of a row, and where the mark stands."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.training.earlier import (
    DOPS,
    as_csv,
    code_of,
    dops_rows,
    entries,
    imported,
    reflection,
    review,
    tried,
)
from tests.training.pages import address, words
from tests.training.world import browser_of
from training.models import Dops, EarlierEntry, EarlierImport, Reflection, SupervisorReview
from training.states import EarlierKind


def upload(content, name="log.csv"):
    return SimpleUploadedFile(name, content)


def test_T5_the_pages_import_map_and_show_what_is_unsigned(world):
    tara = browser_of(world.cast.tara)
    listed, file = address("earlier", world.tara.pk), address("earlier_file", world.tara.pk, "dops")
    assert "No earlier entry is imported" in words(tara.get(listed)) and file in words(tara.get(listed))
    bad = tara.post(file, {"key": str(uuid4()), "file": upload(b"")})
    assert bad.status_code == 422 and "empty" in words(bad)
    bad = tara.post(file, {"key": str(uuid4()), "file": upload(as_csv(["Date"], []))})
    assert bad.status_code == 422 and "There are no rows under the headings." in words(bad)
    content = as_csv(["When", *DOPS[1:]], dops_rows(world.tara))
    page = tara.post(file, {"key": str(uuid4()), "file": upload(content)}, follow=True)
    assert "No column is chosen for “Observed on”." in words(page) and "A: When" in words(page)
    batch = EarlierImport.objects.get()
    tried_url, take = address("earlier_import", batch.pk), address("earlier_take", batch.pk)
    form = {name: str(place) for name, place in batch.mapping.items()}
    missing = tara.post(tried_url, form)
    assert missing.status_code == 422 and "Choose the column that holds this" in words(missing)
    twice = tara.post(tried_url, {**form, "observed_on": "2"})
    assert twice.status_code == 422 and "chosen twice" in words(twice)
    assert tara.post(tried_url, {**form, "observed_on": "1"}).status_code == 303
    page = tara.get(tried_url)
    assert "2 rows would be imported" in words(page) and "Dose assay" in words(page)
    seen = page.context["form"]["seen"].value()
    undeclared = tara.post(take, {"seen": seen})
    assert undeclared.status_code == 422 and "Read the rows through" in words(undeclared)
    assert tara.post(take, {"seen": "0" * 64, "declared": "on"}).status_code == 409
    done = tara.post(take, {"seen": seen, "declared": "on"}, follow=True)
    assert words(done).count("Imported, unsigned") >= 2 and tara.get(tried_url).status_code == 302
    assert "No earlier entry is imported" in words(tara.get(f"{listed}?kind=review"))
    assert "Earlier entries were imported, unsigned" in words(tara.get(address("history", world.tara.pk)))


def test_rule_17_the_dry_run_names_what_it_found_and_asks_before_it_imports(world):
    row = ["12/05/2026", "Daily check", "12 High Street, LS1 4AP", code_of(world.tara), "S. Patel"]
    batch = tried(world.tara, EarlierKind.DOPS, DOPS[:5], [row])
    tara, take = browser_of(world.cast.tara), address("earlier_take", batch.pk)
    page = tara.get(address("earlier_import", batch.pk))
    assert "May identify a patient: Place: House number and postcode." in words(page)
    given = {"seen": page.context["form"]["seen"].value(), "declared": "on"}
    refused = tara.post(take, given)
    assert refused.status_code == 422 and "if nothing does, say why and tick it" in words(refused)
    done = tara.post(take, {**given, "answer": "It is the address of our store."}, follow=True)
    assert "“It is the address of our store.”" in words(done)
    assert "It is the address of our store." in words(tara.get(address("earlier_entry", entries(world.tara)[0].pk)))
    assert "1 imported row is taken back" in words(tara.get(address("earlier_undo", batch.pk)))


def test_T5_an_entry_is_taken_up_and_an_import_undone_on_its_pages(world):
    batch = imported(world.tara)
    sam, tara = browser_of(world.cast.sam), browser_of(world.cast.tara)
    first, second = (address("earlier_entry", entry.pk) for entry in entries(world.tara))
    page = sam.get(first)
    assert "Nobody signed it here" in words(page) and "Assess it here" in words(page)
    undo = address("earlier_undo", batch.pk)
    assert "2 imported rows are taken back" in words(tara.get(undo))
    done = sam.post(first, {"key": str(page.context["form"]["key"].value())})
    dops = Dops.objects.get()
    assert done.status_code == 303 and done.url == address("dops_step", dops.pk, 1)
    assert tara.post(undo).status_code == 409 and "being signed here" in words(
        tara.get(address("earlier", world.tara.pk))
    )
    asked = tara.post(second, {"key": str(uuid4()), "assessor": world.cast.sam.pk})
    assert asked.status_code == 303 and Dops.objects.count() == 2
    assert "DOPS: Requested" in words(tara.get(second)) and tara.post(second, {"key": str(uuid4())}).status_code == 409
    cora = browser_of(world.cast.cora)
    assert cora.get(first).status_code == 200 and cora.post(first, {}).status_code == 403


def test_T4_and_T6_reviews_and_reflections_are_taken_up_on_their_pages(world):
    review(world.tara)
    sam, tara = browser_of(world.cast.sam), browser_of(world.cast.tara)
    entry = entries(world.tara)[0]
    done = sam.post(address("earlier_entry", entry.pk), {"key": str(uuid4())})
    assert done.url == address("review_edit", SupervisorReview.objects.get().pk)
    reflection(world.tara)
    entry = EarlierEntry.objects.get(kind="reflection")
    assert sam.get(address("earlier_entry", entry.pk)).status_code == 404
    done = tara.post(address("earlier_entry", entry.pk), {"key": str(uuid4())})
    assert done.url == address("reflection_edit", Reflection.objects.get().pk)
    batch = imported(world.tara)
    assert tara.post(address("earlier_undo", batch.pk)).status_code == 303
    batch = tried(world.tara, EarlierKind.DOPS, DOPS, dops_rows(world.tara))
    assert tara.post(address("earlier_drop", batch.pk)).status_code == 303


def test_the_mark_stands_on_the_pages_of_log_reviews_and_writing(world):
    imported(world.tara)
    review(world.tara)
    reflection(world.tara)
    tara = browser_of(world.cast.tara)
    for name, said in (
        ("dops_log", "2 earlier entries are"),
        ("reviews", "1 earlier entry is"),
        ("writing", "1 earlier entry is"),
    ):
        assert f"{said} imported, unsigned" in words(tara.get(address(name, world.tara.pk)))
    assert "imported, unsigned" not in words(browser_of(world.cast.sam).get(address("writing", world.tara.pk)))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("training:earlier", 9),
        ("training:earlier_import", 8),
        ("training:earlier_take", 8),
        ("training:earlier_entry", 9),
    ],
)
def test_the_pages_ask_as_often_with_three_as_with_one(world, django_assert_num_queries, rows, name, many):
    day = [f"{n}/5/2026" for n in range(1, rows + 1)]
    log = [[one, "Check", "Room", code_of(world.tara), "S. Patel", "", ""] for one in day]
    imported(world.tara, rows=log)
    batch = tried(
        world.tara, EarlierKind.DOPS, DOPS, [[one, "More", *row[2:]] for one, row in zip(day, log, strict=True)]
    )
    about = {"earlier": world.tara.pk, "earlier_entry": entries(world.tara)[0].pk}
    url = address(name.partition(":")[2], about.get(name.partition(":")[2], batch.pk))
    tara = browser_of(world.cast.tara)
    tara.get(address("earlier", world.tara.pk))
    with django_assert_num_queries(many):
        sent = tara.post(url, {}) if name.endswith("take") else tara.get(url)
    assert sent.status_code in (200, 422)
