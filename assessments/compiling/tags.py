"""The tags of our own pages go with them: their structure trees become one (F3).

Every page and link of a tagged PDF has a number in its tree. Here the numbers of one part follow those of the last.
"""

from __future__ import annotations

from collections.abc import Iterable

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String


class Tags:
    """The structure tree of the PDF that is being put together."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))
        self.numbers = Array()
        self.next = 0

    def take_over(self, source: Pdf, pages: Iterable[Page]) -> None:
        """Take the tree of a part whose `pages` stand in the PDF already."""
        tree = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        kids = tree.K if isinstance(tree.K, Array) else Array([tree.K])
        for part in kids:
            part.P = self.document
            part.S = Name.Part
            self.document.K.append(part)
        self._renumber(tree, pages)

    def _renumber(self, tree: Object, pages: Iterable[Page]) -> None:
        pairs = list(tree.ParentTree.Nums)
        for place in range(0, len(pairs), 2):
            self.numbers.append(int(pairs[place]) + self.next)
            self.numbers.append(pairs[place + 1])
        for page in pages:
            if "/StructParents" in page.obj:
                page.obj.StructParents = int(page.obj.StructParents) + self.next
            for note in page.obj.get("/Annots", ()):
                if "/StructParent" in note:
                    note.StructParent = int(note.StructParent) + self.next
        highest = max((int(pairs[place]) for place in range(0, len(pairs), 2)), default=-1)
        self.next += highest + 1

    def finish(self, title: str) -> None:
        """Hang the tree into the PDF, with its language and title."""
        self.root.K = Array([self.document])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=self.numbers))
        self.root.ParentTreeNextKey = self.next
        root = self.pdf.Root
        root.StructTreeRoot = self.root
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String("en-GB")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        self.pdf.docinfo["/Title"] = title
        with self.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = {"en-GB"}
