"""From the comments on a piece to what its pages show: each under its part, the quoted words marked in the text."""

from ctts.common import markdown
from training import access, queries


def said(user, piece, parts):
    """The parts of a piece as they are read, each with the comments on it; and the comments on the whole.

    `can_answer`: this reader is the trainee, and training goes on.
    """
    comments = queries.comments_on(piece)
    under, others = queries.said_by_part(parts, comments)
    rows = [
        (part.title, markdown.render(part.text, [row.comment.quote for row in rows]), rows)
        for part, rows in zip(parts, under, strict=True)
    ]
    every = [row for rows in (*under, others) for row in rows]
    can_answer = bool(access.can_write(user, piece.record))
    return {"parts": rows, "others": others, "comments": every, "can_answer": can_answer}
