from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0067_audit_log'),
    ]

    operations = [
        migrations.CreateModel(
            name='SiteChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField()),
                ('key', models.CharField(max_length=32)),
            ],
            options={
                'verbose_name': '网站改动',
                'verbose_name_plural': '网站改动',
                'indexes': [models.Index(fields=['version', 'id'], name='site_change_by_version')],
            },
        ),
    ]
