"""Systems whose reports were imported."""

from tortoise import fields
from tortoise.models import Model


class ImportSource(Model):
    """A system whose reports were imported. `account_id`: the account that stands for its reporters."""

    name = fields.CharField(60, primary_key=True)
    account_id = fields.BigIntField(unique=True)

    class Meta:
        table = "import_source"
