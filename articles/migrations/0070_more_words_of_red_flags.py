"""More of what readers type in danger, for the red flags that no editor has changed since they were shipped."""

from importlib import import_module

from django.db import migrations

ROWS = import_module("articles.migrations.0057_shipped_red_flags").ROWS
# The situation, and the lines that come to its words.
MORE = {
    "胸痛、胸口发闷": """心脏疼/心脏痛/心脏绞痛/胸口压/心口压/胸口堵/心口堵/胸口发闷
左胳膊/左臂/左手臂/左肩+胸/心口/冒汗/冷汗/喘""",
    "嘴歪、说话不清、一侧没力气": """嘴巴歪/嘴巴突然歪/话说不清/讲话不清/话讲不清/讲不清话
嘴角漏水/嘴漏水/嘴里漏水/嘴角流水/喝水从嘴角/喝水往外流/吃饭漏饭""",
    "抽搐、惊厥": """孩子/小孩/宝宝/婴儿/小儿/娃+抽搐/抽风/抽起来""",
    "昏迷、晕倒、叫不醒": """孩子/宝宝/小孩/婴儿/娃+不动了/一动不动/没动静/软绵绵/瘫软""",
    "怀孕时出血、剧痛、抽搐、胎动少": """胎动少/胎动弱/胎动不好/摸不到胎动/感觉不到胎动""",
    "喝了农药、老鼠药": """=老鼠药/=农药""",
}


def add(apps, schema_editor):
    RedFlag = apps.get_model("articles", "RedFlag")
    for name, _, words, _, _ in ROWS:
        if name in MORE:
            RedFlag.objects.filter(name=name, words=words).update(words=f"{words}\n{MORE[name]}")


def take(apps, schema_editor):
    RedFlag = apps.get_model("articles", "RedFlag")
    for name, _, words, _, _ in ROWS:
        if name in MORE:
            RedFlag.objects.filter(name=name, words=f"{words}\n{MORE[name]}").update(words=words)


class Migration(migrations.Migration):
    dependencies = [("articles", "0069_passkeys")]

    operations = [migrations.RunPython(add, take)]
