from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="QueuedMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("queue", models.CharField(max_length=200)),
                ("payload", models.TextField()),
                ("queued_at", models.DateTimeField()),
                ("visible_at", models.DateTimeField()),
                ("deliveries", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["queue", "visible_at", "id"], name="queued_message_next")
                ],
            },
        ),
    ]
