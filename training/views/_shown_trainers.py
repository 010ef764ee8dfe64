"""From trainers to the parts of pages (E3, T5). No rule is decided here."""

from ctts.common.clock import london_date
from ctts.common.parts import Consequence
from ctts.common.templatetags.formats import day
from ctts.organisations.access import workplaces_of
from training.rules import RIGHTS, rights_words


def may_do(appointment):
    """What a trainer may do, by its column; the office's trainers have no row and may do all."""
    rights = getattr(appointment, "rights", None)
    return {name: rights is None or getattr(rights, name) for name in RIGHTS}


def person_row(appointment):
    """One line of the people around a trainee: what they may do, what they might do before."""
    rights = getattr(appointment, "rights", None)
    earlier = [
        f"until {day(london_date(row.changed_at))} they might {_all_of(row)}; changed by {row.changed_by}"
        for row in appointment.rights_changes.all()
    ]
    return {"row": appointment, "may": _all_of(rights) if rights else "", "earlier": earlier}


def _all_of(rights):
    return rights_words({name: getattr(rights, name) for name in RIGHTS})


def end_words(appointment, open_dops, today):
    """What the page says before an appointment ends or is called off: title, button, consequences; what is said."""
    person = str(appointment.person)
    if appointment.starts_on > today:
        consequences = [
            Consequence(f"They do not begin on {day(appointment.starts_on)}:", person),
            Consequence("It stays in the record as called off. You can allocate them again at once."),
            Consequence("A mail tells them, the trainee and the Training Co-ordinator."),
        ]
        said = f"The appointment of {person} is called off."
        return f"Call off the appointment of {person}", "Call it off", consequences, said
    consequences = [
        Consequence("Today is the last day on which they see this record:", person),
        Consequence("What they wrote and assessed stays. You can allocate them again from tomorrow on."),
        *_open_ones(appointment, open_dops, today),
    ]
    return f"End the appointment of {person}", "End it", consequences, f"The appointment of {person} ends today."


def _open_ones(appointment, open_dops, today):
    """What becomes of the DOPS that they were asked for and have not signed."""
    if not open_dops:
        return []
    named = ", ".join(f"“{row.procedure}”" for row in open_dops if row.procedure) or "not begun"
    stays = may_do(appointment)["assesses"] and appointment.record.centre_id in workplaces_of(appointment.person, today)
    if stays:
        words = (
            "They work at the centre and keep the DOPS that you approved them for. Decline it if somebody else is to"
        )
        return [Consequence(f"{words} assess it:", named)]
    return [Consequence("DOPS that they were asked for are the trainee’s again, who asks somebody else:", named)]
