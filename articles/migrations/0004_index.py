from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_article_by_time")]

    operations = [
        migrations.CreateModel(
            name='IndexRebuild',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done', models.BigIntegerField(default=0)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '重建索引',
                'verbose_name_plural': '重建索引',
            },
        ),
        migrations.CreateModel(
            name='RelatedList',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='related_list', serialize=False, to='articles.article')),
                ('entries', models.JSONField(default=list, help_text='[[编号, 得分, 理由], …]，最好的在前。')),
                ('computed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': '计算出的相关问题',
                'verbose_name_plural': '计算出的相关问题',
            },
        ),
        migrations.CreateModel(
            name='SearchMiss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=64, unique=True, verbose_name='搜索词')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='次数')),
                ('last_on', models.DateField(auto_now=True, verbose_name='最近一次')),
            ],
            options={
                'verbose_name': '没有结果的搜索',
                'verbose_name_plural': '没有结果的搜索',
                'ordering': ['-times', '-last_on'],
            },
        ),
    
        migrations.AddIndex(
            model_name="taggedarticle", index=models.Index(fields=["tag", "-content_object"], name="tagged_newest")
        ),
    ]
