"""Every exception to the house, with its reason. A stale entry fails (`checks.tree.settle`).

EXCEPTIONS: check name → {"path::thing" as the violation calls itself: reason}.
HELPERS: a module that is none of the fixed layers → (the layer beside which it stands, reason).
"""

EXCEPTIONS: dict[str, dict[str, str]] = {
    "local_imports": {
        "ctts/common/pdf.py::weasyprint": "without Pango the import raises, and the web application must still start",
        "ctts/common/pdf.py::weasyprint.text.fonts": "the same doorway: it imports Pango as well",
        "ctts/common/pdf.py::weasyprint.urls": "the same doorway: it imports Pango as well",
    },
}
HELPERS: dict[str, tuple[str, str]] = {}
