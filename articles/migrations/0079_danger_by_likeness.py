"""Two cards for danger that no list of words has, and the words of who asks whether to call."""

from django.db import migrations, models

ROWS = [
    (
        "听起来可能很急",
        "emergency",
        "要不要/该不该/用不用/需不需要/是不是该+120/救护车/急救电话\n=120\n=救命\n=救命啊\n救救孩子\n快来人",
        "抽血/抽了血\n脸+抽\n面肌",
        """叫不醒、喘不上气、流血不止，或者越来越重：现在就打急救电话。
拿不准也可以打：说清在哪里、怎么了，照接线员说的做。
守在旁边，让他躺着或坐着不动；没有呼吸就按压胸口。
不要喂水、喂饭、喂药，不要自己开车去。""",
    ),
    (
        "自己或身边的人想不开",
        "mental",
        "想不开了",
        "",
        """先打电话，说给一个人听；替别人担心，也可以打。
不要一个人待着，也不要留他一个人。
药、刀、绳子拿开，离开高处和水边。
已经吃了药、受了伤，或者马上要动手，打急救电话，也打 110。""",
    ),
]


def add(apps, schema_editor):
    RedFlag = apps.get_model("articles", "RedFlag")
    for name, line, words, unless, advice in ROWS:
        values = {"line": line, "words": words, "unless": unless, "advice": advice, "by_likeness": True}
        RedFlag.objects.get_or_create(name=name, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("articles", "0078_exceptions_of_red_flags")]

    operations = [
        migrations.AddField(
            model_name="redflag",
            name="by_likeness",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="听起来像急症（心理援助：像想不开）而没有卡片的搜索词的搜索，显示这张卡片。每种电话勾一张就够。系统认错的，把说法写进“不算”。",
                verbose_name="也认没有写到的说法",
            ),
        ),
        migrations.AlterField(
            model_name="redflag",
            name="words",
            field=models.TextField(
                help_text="一行一种说法，搜索里出现就显示卡片（只是想了解的除外，例如：心梗和心绞痛区别）。用 + 连起来的都要出现，用 / 隔开的出现一个就行：过敏+喘不上气/呼吸困难。=中风 只在读者正好只搜这两个字时才算。繁体、全角、空格和标点不用另写。",
                max_length=2000,
                verbose_name="搜索词",
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
