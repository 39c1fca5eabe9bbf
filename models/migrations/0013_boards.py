from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    # Tallies of quarters. Tallies hold nothing that the log does not: `tanggap migrate` counts them anew.
    dependencies = [("models", "0012_reopenings")]

    initial = False

    operations = [ops.RunSQL("DELETE FROM tally")]
