"""Every exception to the house, with its reason. A stale entry fails (`checks.tree.settle`).

EXCEPTIONS: check name → {"path::thing" as the violation calls itself: reason}.
HELPERS: a module or folder that is none of the fixed layers → (the layer beside which it stands, reason).
THIRD_PARTY: the name of an address whose view belongs to another package → why it is there.
"""

EXCEPTIONS: dict[str, dict[str, str]] = {
    "local_imports": {
        "manage.py::ctts.command_line": "outside the virtual environment there is no Django to import",
        "ctts/common/apps.py::ctts.common": "both modules import models, which are loaded only when ready() is called",
        "ctts/common/pdf.py::weasyprint": "without Pango the import raises, and the web application must still start",
        "ctts/common/pdf.py::weasyprint.text.fonts": "the same doorway: it imports Pango as well",
        "ctts/common/pdf.py::weasyprint.urls": "the same doorway: it imports Pango as well",
    },
    "borders": {
        "ctts/embedded_stack.py::ctts.demo.keys": "the demonstration's stack makes its keys before Django can start",
        "ctts/demo/world/machine.py::applications.letters": "it is the worker of the world's past",
        "ctts/demo/world/machine.py::assessments.compiling": "the same: it compiles a portfolio as the worker does",
        "ctts/demo/world/moderators.py::moderation.declaration": "moderators sign the words that their page shows",
        "moderation/queries/judged_again.py::assessments.oracle": "a board asks the one wanted double (decision 21)",
    },
    "composition_root": {
        "manage.py::ctts.command_line": "it is the first thing that runs, and hands the command line over",
        "ctts/demo/people.py::ctts.state": "reads a file of the state folder as the launcher does",
        "ctts/demo/people.py::ctts.embedded": "writes the state folder's private file as the launcher does",
        "ctts/demo/keys.py::ctts.embedded": "the other half of the same: it runs inside the launcher, before Django",
    },
    "clock": {
        "ctts/demo/keys.py::datetime.datetime.now": "a certificate's validity is real time; no clock row exists yet",
        "ctts/demo/sink.py::datetime.datetime.now": "the post box runs outside Django and names files by arrival",
    },
    "queue": {
        "ctts/audit/actions.py::django.db.transaction.on_commit": (
            "the signed head leaves the database, so only after commit; the next call mends what a crash left"
        ),
    },
    "ranks": {
        "ctts/common/drafts.py::ctts.accounts.models": "an abstract row: the key exists in later tables only",
        "ctts/common/signatures.py::ctts.accounts.models": "an abstract row: the key exists in later tables only",
    },
    "reading": {
        "assessments/views/portfolio.py::portfolio_file": (
            "the one exception of quality rule 1: opening a sealed file adds to the append-only reading log"
        ),
        "training/views/copies.py::file": "the same: each download of a whole record stands in the append-only audit",
    },
    "field_names": {
        "ctts/accounts/models.py::User.last_login": "a column of Django's own base class, used by its sign-in",
        "ctts/accounts/models.py::AccountMail.not_before": "reads as an instant, and is what mail queues call it",
        "ctts/notifications/models.py::Message.not_before": "reads as an instant, and is what mail queues call it",
        "ctts/common/models.py::CalendarBeat.day": "the day that a job worked for, not one on which something happened",
        "applications/models/application.py::Application.counts_from": "an instant: when it counts as received",
    },
    "requests_below": {
        "ctts/common/widgets.py::render": "Django calls a renderer of forms with it; it is passed on unread",
    },
    "action_shape": {
        "ctts/audit/actions.py::record": "writes the audit row inside another action, whose `at` it is told",
        "ctts/audit/actions.py::seal_day": "the calendar's own act, decided by nobody and about nobody",
        "ctts/notifications/actions.py::notify": "writes the message row inside another action, which has decided",
        "ctts/notifications/actions.py::remind": "writes a reminder inside an action of the calendar, which decides",
        "ctts/notifications/actions.py::pass_over": "notes reminder steps inside another action, which has decided",
    },
    "blind_excepts": {
        "ctts/common/calendar_jobs.py::_outcome": "one failing job may not stop the others; logged and reported",
        "ctts/common/runs.py::_one": "one faulty item may not stop the run; logged, tried again, shown to staff",
    },
    "mark_safe": {
        "ctts/common/markdown.py::django.utils.safestring.mark_safe": (
            "the one place where text becomes markup: cleaned by nh3 in the line before"
        ),
        "ctts/common/templatetags/components.py::django.utils.safestring.mark_safe": (
            "the content of a block tag was escaped where the template wrote it"
        ),
        "ctts/common/templatetags/icons.py::django.utils.safestring.mark_safe": (
            "a vendored drawing whose hash a test compares, and one fixed attribute"
        ),
    },
    "unsafe_filters": {
        "templates/bootstrap5/layout/help_text.html": "help texts are written by us, as in crispy's own template",
    },
}
HELPERS: dict[str, tuple[str, str]] = {
    "assessments/oracle": (
        "rules",
        "the second implementation of the rules, which shares nothing with them (decision 21)",
    ),
    "assessments/compiling": (
        "tasks",
        "makes the one PDF of a portfolio in the worker, step by step; machine facts only",
    ),
    "applications/declaration": ("states", "the words an applicant declares, by version"),
    "applications/letters": ("queries", "what a decision letter looks like; called by tasks"),
    "applications/help": ("states", "the texts of the help of its pages; declared in its ties"),
    "applications/ties": (
        "periodic",
        "what merging accounts and giving roles means here; calls actions, found by organisations",
    ),
    "assessments/help": ("states", "the texts of the help of its pages; declared in its ties"),
    "assessments/ties": ("periodic", "what is told of a record that is taken away; found by training"),
    "moderation/help": ("states", "the texts of the help of its pages; declared in its ties"),
    "moderation/ties": ("periodic", "what a merge of two accounts means here; found by organisations"),
    "training/papers": ("queries", "what reviews, DOPS and CPD logs look like on paper; called by the calendar"),
    "training/taking": ("tasks", "makes the archive of a record that is taken away, in the worker; machine facts only"),
    "training/help": ("states", "the texts of the help of its pages; declared in its ties"),
    "training/ties": ("periodic", "what merging accounts and giving roles means here; found by organisations"),
    "ctts/organisations/conflicts": ("queries", "what speaks against a role, as the apps declare it in their ties"),
    "ctts/organisations/history": (
        "queries",
        "what was done to an account and its roles, with the reasons, from the audit",
    ),
    "ctts/organisations/following": (
        "models",
        "what follows when a role begins or ends, and what forbids it, as the apps declare it in their ties",
    ),
    "ctts/organisations/leaving": (
        "queries",
        "what waits for somebody who leaves, as the apps declare it in their ties",
    ),
    "ctts/organisations/merging": ("actions", "merges two accounts, with what the apps declare in their ties"),
    "ctts/organisations/ties": ("periodic", "what a role that never begins means for the invitation to it"),
    "ctts/accounts/allauth_forms": ("forms", "two forms of django-allauth, mended; named by settings"),
    "ctts/accounts/lending": ("states", "what a session opens whose device was handed over; no database"),
    "ctts/accounts/invited": ("queries", "what somebody invited is not asked any more, as the apps declare it"),
    "ctts/accounts/names": ("queries", "whose name is kept, as the apps declare it in their ties"),
    "ctts/accounts/passwords": ("rules", "what a password must be, in our words; named by settings"),
    "ctts/accounts/sealing": ("states", "seals secrets with the deployment's key; no database"),
    "ctts/accounts/sessions": ("queries", "Django's sessions with a prepared question; named by settings"),
    "ctts/audit/sealing": ("queries", "signs the daily head and writes it outside; called by actions"),
    "ctts/audit/verification": ("queries", "reads every chain and names the first bad entry; changes nothing"),
    "ctts/demo/hashing": ("states", "how the demonstration keeps passwords; named by settings"),
    "ctts/demo/keys": ("states", "the demonstration's keys, made by the launcher before Django can start"),
    "ctts/demo/people": ("states", "the demonstration's people, kept in the state folder"),
    "ctts/demo/populate": ("periodic", "the synthetic world for measuring, by bulk insert; calls nobody above"),
    "ctts/demo/sink": ("states", "the demonstration's post box, a process outside Django"),
    "ctts/demo/papers": ("states", "the demonstration's sample files, pure functions"),
    "ctts/demo/world": ("periodic", "the demo world: calls the actions of every app, as the calendar does"),
    "ctts/home/help": ("states", "the texts of the help of everyone's own pages"),
    "ctts/home/helping": ("queries", "help in place: the numbers in its texts, and which texts concern a person"),
    "ctts/home/ties": ("periodic", "declares the help of home's own pages"),
    "ctts/home/nudging": ("queries", "which rows of waiting for others can be nudged now; changes nothing"),
    "ctts/documents/boxed": ("rules", "proves and cleans uploads in a capped child process; no database"),
    "ctts/documents/bucket": ("models", "the storage on an S3 server, imported by name where one is configured"),
    "ctts/documents/checking": ("tasks", "what the worker finds out about a received file; machine facts only"),
    "ctts/documents/converting": ("rules", "makes a PDF of an office file where the converter is installed"),
    "ctts/documents/keeping": ("queries", "puts content into the storage under its lock, and sweeps orphans"),
    "ctts/documents/proving": ("rules", "turns an upload into a proved, cleaned file before any action"),
    "ctts/documents/scanning": ("rules", "asks the malware scanner; no database"),
    "ctts/documents/serving": ("queries", "makes the response that sends a file in parts; asks the state itself"),
    "ctts/documents/storage": ("rules", "where the bytes lie: a folder or a bucket; no database"),
    "ctts/common/commands": ("queries", "how every command with --json answers a program, also when it fails"),
    "ctts/common/own_database": ("queries", "whether a command may use this database; asked before it begins"),
    "ctts/documents/uploads": ("forms", "Django's upload handler, capped; named in the settings"),
    "ctts/home/grants": ("queries", "after migrations: rights of the roles, and the contract schema"),
    "ctts/home/invariants": ("queries", "what check_invariants asks the database; changes nothing"),
    "ctts/home/readiness": ("queries", "what /readyz answers, read from database, broker and beat"),
    "ctts/home/searching": ("queries", "what search and palette find; asks each app on behalf of the person"),
    "ctts/home/signed": ("queries", "what check_invariants makes anew of what was signed; changes nothing"),
    "ctts/home/routes": ("queries", "the list of every address for list_routes and its tests"),
    "ctts/scheme/catalogues": ("rules", "makes the sample workbooks from their sources; run by hand"),
    "moderation/declaration": ("states", "the words a moderator declares, by version"),
    "ctts/scheme/spreadsheet": ("rules", "reads and writes the framework spreadsheets; no database"),
    "moderation/packing": ("queries", "puts the pack for the register together; called by the calendar"),
    "moderation/paper": ("queries", "what a diploma looks like, and its public address; called by the calendar"),
}
THIRD_PARTY: dict[str, str] = {}
