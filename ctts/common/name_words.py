"""Finding folded names by the beginnings of their words, with an index: no table is read through for it.

PostgreSQL's own text search does it; the wheels of a bare machine bring no extension for trigrams (decision 14).
"""

from __future__ import annotations

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast


class WordsOf(Func):
    """The words of a folded text (`sort_key`: single spaces, letters and digits only) as a `tsvector` keeps them."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s, ' '), ''))"
    output_field = SearchVectorField()


class BeginsWords(Func):
    """Whether each of some folded words begins one of the words of a column that is folded too."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, column: str, words: str) -> None:
        wanted = " & ".join(f"'{word}':*" for word in words.split())
        super().__init__(WordsOf(F(column)), Cast(Value(wanted), SearchQueryField()))
