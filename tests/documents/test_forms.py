"""The fields: what they return, what they say beside themselves; and the intake that never fills the disk."""

from io import BytesIO

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from ctts.common.forms import CrispyForm
from ctts.documents import uploads
from ctts.documents.forms import DocumentField, DocumentsField, help_for
from ctts.documents.rules import LARGEST_UPLOAD
from ctts.documents.states import PICTURES, UPLOADABLE, MediaType
from tests.documents.samples import sample


class OneFile(CrispyForm):
    note = forms.CharField()
    file = DocumentField()


class PdfOnly(CrispyForm):
    order = DocumentField(kinds=frozenset({MediaType.PDF}), required=False)


class ManyFiles(CrispyForm):
    files = DocumentsField(required=False)


def upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name.rpartition("/")[2], sample(name))


def test_a_good_file_comes_out_proved():
    form = OneFile({"note": "x"}, {"file": upload("good/purchase-order.pdf")})
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["file"].media_type, form.cleaned_data["file"].pages) == (MediaType.PDF, 1)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("hostile/empty.pdf", "This file is empty. Choose it again; if it stays empty, save it anew first."),
        ("hostile/archive.zip", "ZIP archives are not accepted. Unpack it, and upload the files in it one by one."),
    ],
)
def test_a_refusal_stands_beside_the_field_and_nothing_typed_is_lost(name, sentence):
    form = OneFile({"note": "typed"}, {"file": upload(name)})
    assert form.errors == {"file": [sentence]}
    assert 'value="typed"' in str(form["note"])


def test_a_missing_file_is_asked_for_or_may_be_missing():
    assert OneFile({"note": "x"}, {}).errors == {"file": ["Choose a file."]}
    form = PdfOnly({}, {})
    assert form.is_valid() and form.cleaned_data["order"] is None


def test_a_field_that_wants_one_kind_says_so():
    form = PdfOnly({}, {"order": upload("good/uptake-chart.png")})
    assert form.errors == {"order": ["The file you chose is of the kind “PNG picture”. Wanted here: PDF."]}


def test_of_a_kind_that_is_accepted_nowhere_each_field_says_what_it_wants():
    form = PdfOnly({}, {"order": upload("hostile/notes.txt")})
    assert form.errors == {"order": ["This kind of file is not accepted. Wanted here: PDF."]}
    [said] = OneFile({"note": "x"}, {"file": upload("hostile/program.exe")}).errors["file"]
    assert said.startswith("This is a program, not a document. Wanted here: ") and "PDF, PNG picture, " in said
    assert said.count(" or ") == 1 and said.endswith(" or Word document.")


def test_the_chooser_and_the_help_name_what_is_accepted():
    shown, many, most = str(OneFile()["file"]), "DOCX, XLSX, PPTX", "HEIC (kept as JPG); at most 25 MB."
    assert 'accept="' in shown and "zip" not in shown
    assert all(kind in shown for kind in (".docx", "image/webp", ".heic"))
    assert OneFile().fields["file"].help_text == f"PDF, JPG, PNG, WEBP, {many}, {most}"
    assert help_for(PICTURES) == f"JPG, PNG, WEBP, {most}" and MediaType.ZIP not in UPLOADABLE


def test_several_files_at_once():
    given = [upload("good/purchase-order.pdf"), upload("good/uptake-chart.png")]
    form = ManyFiles({}, {"files": given})
    assert form.is_valid() and [file.name for file in form.cleaned_data["files"]] == [
        "purchase-order.pdf",
        "uptake-chart.png",
    ]
    assert ManyFiles({}, {}).is_valid() and "multiple" in str(ManyFiles()["files"])


def test_each_refused_file_of_several_is_named():
    form = ManyFiles(
        {}, {"files": [upload("hostile/notes.txt"), upload("good/phantom.webp"), upload("hostile/old.doc")]}
    )
    assert [words.partition(":")[0] for words in form.errors["files"]] == ["notes.txt", "old.doc"]


def test_more_than_ten_files_at_once_are_too_many_and_none_may_be_too_few():
    many = [SimpleUploadedFile(f"{number}.pdf", b"x") for number in range(11)]
    assert ManyFiles({}, {"files": many}).errors == {"files": ["Choose at most 10 files at once."]}
    with pytest.raises(forms.ValidationError, match="Choose at least one file"):
        DocumentsField().clean([])


def posted(size: int):
    """A form as a browser sends it, with a file of `size` bytes, taken in by Django."""
    file = BytesIO(b"%PDF-" + bytes(size - 5))
    file.name = "large.pdf"
    return RequestFactory().post("/", {"note": "typed", "file": file})


@pytest.mark.parametrize("more", [0, 1, 30 * 1024 * 1024])
def test_a_file_above_the_limit_never_fills_the_disk_and_the_form_stays_whole(settings, more):
    assert list(settings.FILE_UPLOAD_HANDLERS) == ["ctts.documents.uploads.CappedUploadHandler"]
    request = posted(LARGEST_UPLOAD + more)
    file = request.FILES["file"]
    on_disk = file.file.seek(0, 2)
    assert file.size == LARGEST_UPLOAD + more and request.POST["note"] == "typed"
    assert on_disk <= LARGEST_UPLOAD + 2 * uploads.CappedUploadHandler.chunk_size
    form = OneFile(request.POST, request.FILES)
    assert not form.is_valid() and ("at most 25 MB" in form.errors["file"][0]) == bool(more)
    file.close()


def test_two_files_of_a_form_are_counted_apart():
    first, second = BytesIO(bytes(LARGEST_UPLOAD + 9)), BytesIO(b"small")
    first.name, second.name = "a.pdf", "b.pdf"
    request = RequestFactory().post("/", {"a": first, "b": second})
    assert request.FILES["b"].read() == b"small"
    request.close()
