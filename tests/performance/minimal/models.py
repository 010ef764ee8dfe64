"""One table, read by an index."""

from django.db import models


class Row(models.Model):
    """A line of somebody's table."""

    owner = models.IntegerField(db_index=True)
    place = models.IntegerField()
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    state = models.SmallIntegerField()
    signed_on = models.DateField(null=True)
    changed_at = models.DateTimeField()
