"""The Merkle tree over the public form of the log. Only `actions.log_tree` writes here, and no writer of the log."""

from tortoise import fields
from tortoise.models import Model


class LogTree(Model):
    """One row: how far the tree has grown, and its last signed checkpoint."""

    id = fields.IntField(primary_key=True, generated=False)
    size = fields.BigIntField(description="number of leaves")
    position = fields.BigIntField(description="position of the last event that is a leaf, 0 without any")
    checkpoint = fields.TextField(null=True, description="signed note")
    signed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "log_tree"


class LogTile(Model):
    """A tile of the tree: up to 256 hashes of 32 bytes."""

    id = fields.BigIntField(primary_key=True)
    level = fields.IntField()
    number = fields.BigIntField()
    position = fields.BigIntField(null=True, description="position of the first leaf, on level 0")
    hashes = fields.BinaryField()

    class Meta:
        table = "log_tile"
        unique_together = (("level", "number"),)


class LogCheckpoint(Model):
    """The signed checkpoint of a closed day. It covers the events up to the closing."""

    day = fields.DateField(primary_key=True)
    size = fields.BigIntField()
    checkpoint = fields.TextField(description="signed note")

    class Meta:
        table = "log_checkpoint"
