from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0035_merges")]

    operations = [
        migrations.AddField(
            model_name="importupload",
            name="same_title",
            field=models.CharField(
                choices=[("skip", "跳过这些行"), ("change", "改动原有的问题"), ("new", "当作新问题")],
                default="skip",
                max_length=10,
                verbose_name="标题已有",
            ),
        ),
    ]
