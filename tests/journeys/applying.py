"""Steps 1 to 4: an applicant applies, her supervisor comes by invitation, the office accepts, the calendar enrols."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.accounts.people import code_of
from tests.cast import PASSWORD
from tests.journeys.story import Story, covering
from tests.journeys.visitor import Visitor, a_file

SUPERVISOR = ("Petra Holt", "petra.holt@leeds.example")
PERSONAL = {
    "legal_name": "Zofia Łukasiewicz",
    "certificate_name": "Zofia Łukasiewicz",
    "date_of_birth_on": "27.3.1998",
    "telephone": "0113 496 0000",
    "address": "1 Example Road\nLeeds",
    "postcode": "ls1 1aa",
}


def link_in(mail, path: str) -> str:
    """The address in a mail whose path contains `path`."""
    text = mail.get_body(("plain",)).get_content()
    found = [urlsplit(one).path for one in re.findall(r"https?://\S+", text)]
    return next(one for one in found if path in one)


def register(story: Story) -> Visitor:
    """She checks eligibility without an account, makes one and confirms her address from the mail."""
    zofia = story.sits("Zofia Łukasiewicz", "zofia@leeds.example")
    zofia.open("/eligibility/").sees("A levels")
    zofia.open("/account/signup/")
    account = {"full_name": zofia.name, "email": zofia.email, "password1": PASSWORD, "password2": PASSWORD}
    zofia.press("Make my account", **account)
    [mail] = story.mails_to(zofia.email)
    zofia.open(link_in(mail, "confirm")).press("Yes, confirm it")
    story.visitors["zofia"] = zofia.sign_in()
    return zofia


def apply(story: Story) -> None:
    """She fills in all eleven parts with real files; the matrix shows the gaps; she hands it to her supervisor."""
    zofia = story.zofia
    zofia.open("/application/").press("Begin an application")
    form = zofia.url
    zofia.open(f"{form}personal/").press("Save and go on", **PERSONAL)
    post = {"employed_there": "yes", "centre": story.cast.leeds.pk, "job_title": "Assistant Technologist"}
    zofia.open(f"{form}employment/").press("Save and go on", **post)
    scope = zofia.open(f"{form}scope/").value_of("Nuclear Medicine")
    zofia.press("Save and go on", scope=scope)
    zofia.open(f"{form}supervisor/").press("Save and go on", name=SUPERVISOR[0], email=SUPERVISOR[1])
    _qualify(zofia, form)
    _choose_competencies(zofia, form)
    order = {"number": "PO-7781", "issuer": "Leeds Teaching Hospital", "net_pence": "2500.00", "vat_pence": "500.00"}
    document = a_file("purchase-order.pdf")
    zofia.open(f"{form}purchase_order/").press("Save and go on", **order, gross_pence="3000.00", document=document)
    zofia.open(f"{form}adjustments/").press("Save and go on", wanted="no")
    zofia.open(f"{form}declaration/").press("Make the declaration", agreed="on")
    story.settle()
    zofia.open(form).follow("Hand it to your supervisor").press("Hand it")
    zofia.sees("Petra Holt")


def _qualify(zofia: Visitor, form: str) -> None:
    degree = {
        "kind": "higher_education",
        "title": "Certificate of Higher Education",
        "subject": "Medical Physics Technology",
        "institution": "University of Leeds",
        "complete": "yes",
        "framework": "fheq",
        "framework_level": "4",
    }
    certificate = a_file("degree-certificate.pdf")
    zofia.open(f"{form}qualifications/add/").press("Save the qualification", **degree, certificate=certificate)
    levels = {**degree, "kind": "a_level", "title": "A levels", "subject": "Physics, Mathematics, Biology"}
    levels |= {"framework": "rqf", "framework_level": "3", "a_levels": "3", "science": "on"}
    photo = a_file("certificate-photo.jpg")
    zofia.open(f"{form}qualifications/add/").press("Save the qualification", **levels, certificate=photo)
    given = {"first_language_english": "yes", "gcse_grade": "6", "certificate": a_file("certificate-photo.jpg")}
    zofia.open(f"{form}english/").press("Save and go on", **given)


def _choose_competencies(zofia: Visitor, form: str) -> None:
    chosen = covering("NM")
    zofia.open(f"{form}competencies/").press("Save the list", chosen=[chosen[0].pk])
    zofia.open(f"{form}competencies/").sees("The list leaves gaps")
    zofia.press("Save the list", chosen=[competency.pk for competency in chosen])
    zofia.open(f"{form}competencies/").sees("The list covers the scope")
    plan = {"summary": "Rotations of four months.", "level_six": "A project, an audit and a taught module."}
    rows = {"all_how": "Observed practice", "all_where": "Department", "all_with_whom": "Senior technologist"}
    zofia.open(f"{form}plan/").press("Save the plan", **plan, **rows, all_by_month="6")


def confirm(story: Story) -> None:
    """Her supervisor comes by the mail, opens an account with a second factor, reads it all and signs."""
    [mail] = story.mails_to(SUPERVISOR[1])
    petra = story.sits(*SUPERVISOR)
    petra.open(link_in(mail, "/account/")).press("Open", password1=PASSWORD, password2=PASSWORD)
    petra.press("Sign in", login=petra.email, password=PASSWORD)
    secret = petra.secret()
    petra.press("Switch it on", code=code_of(secret)).press("Go on", kept="on")
    story.visitors["petra"] = petra
    petra.open("/").sees("Confirm", "Zofia Łukasiewicz")
    petra.follow("Confirm")
    petra.press("Confirm and sign", level_six="The project and the audit reach level 6.", agreed="on")
    story.zofia.open("/application/").sees("Received")


def accept(story: Story) -> None:
    """The office sees the rules evaluated, sets the findings a person has to make, and accepts; the letter goes."""
    olive = story.olive
    olive.open("/applications/desk/").follow("Zofia Łukasiewicz").press("Claim it")
    review = olive.url
    for rule in ("A3c", "A3h"):
        olive.open(review).press("Save the finding", inside=rule, outcome="met", remark="Read and judged.")
    olive.open(review).follow("Accept").press("Accept")
    story.settle()
    letters = [mail for mail in story.mails_to(story.zofia.email) if list(mail.iter_attachments())]
    assert letters[-1].get_content_type() and next(letters[-1].iter_attachments()).get_content()[:4] == b"%PDF"
    story.zofia.open("/application/").sees("Accepted")


def enrol(story: Story) -> None:
    """The cut-off closes the intake, the calendar enrols from the enrolment date (E1): record, people, welcome."""
    story.on(2026, 4, 1, 8)
    story.zofia.open("/training/mine/").sees("Nuclear Medicine", "Petra Holt")
    subjects = [mail["Subject"] for mail in story.mails_to(story.zofia.email)]
    assert sum("Welcome" in subject for subject in subjects) == 1
