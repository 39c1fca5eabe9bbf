"""The sweeps of what has no use any more."""

from tortoise import fields
from tortoise.models import Model


class Sweep(Model):
    """One row: when the last sweep ended, and until when a process has the next one to itself."""

    id = fields.IntField(primary_key=True, generated=False)
    ended_at = fields.DatetimeField(null=True)
    held_until = fields.DatetimeField(null=True, description="null while no process sweeps")

    class Meta:
        table = "sweep"
