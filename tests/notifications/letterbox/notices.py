"""One notice of each sort."""

from ctts.notifications.notices import Notice
from ctts.notifications.queries import invitation_door


def name_waits(message):
    """Whether whoever is asked has not written their name in capitals yet."""
    return not message.to.full_name.isupper()


PLAIN = Notice(key="letterbox.plain", title="A plain message")
MUTABLE = Notice(key="letterbox.mutable", title="A message one may do without", can_mute=True)
URGENT = Notice(key="letterbox.urgent", title="A message that cannot wait", urgent=True)
DOOR = Notice(key="letterbox.door", title="A message that opens a door", link=invitation_door)
CHASING = Notice(key="letterbox.chasing", title="A message that reminds", chases=True)
ASKING = Notice(key="letterbox.asking", title="A message that wants a name in capitals", asks=name_waits)
ALWAYS = Notice(key="letterbox.always", title="A message that everybody gets", always=True)
