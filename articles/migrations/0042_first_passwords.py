import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0039_erased_images'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FirstPassword',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='first_password', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('given_at', models.DateTimeField(auto_now=True, verbose_name='给的时间')),
            ],
            options={
                'verbose_name': '初始密码',
                'verbose_name_plural': '初始密码',
                'default_permissions': (),
            },
        ),
    ]
