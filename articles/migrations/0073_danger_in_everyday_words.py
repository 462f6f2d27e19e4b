"""Danger as it is told in everyday words, for the red flags that no editor has changed since they were shipped."""

from importlib import import_module

from django.db import migrations

ROWS = import_module("articles.migrations.0057_shipped_red_flags").ROWS
BEFORE = import_module("articles.migrations.0070_more_words_of_red_flags").MORE
# The situation, and the lines that come to its words.
MORE = {
    "胸痛、胸口发闷": """心脏/胸口/心口+石头/揪着/揪住/揪得""",
    "嘴歪、说话不清、一侧没力气": """话都说不清/话也说不清/话都讲不清/话都说不利索
半边/半拉/一边/一侧/单侧/左边/右边/左侧/右侧+不听使唤/没得力/没有力气/使不上劲/使不上力/没知觉/不会动
一只/一条/左/右+胳膊/手/腿+使不上劲/使不上力/不听使唤/拿不住/没得力
突然/一下子/睡醒+抬不起来/不听使唤/使不上劲/使不上力/拿不住""",
    "过敏后喘、喉咙发紧、要晕倒": """海鲜/花生/坚果/虾/蟹/芒果/牛奶/鸡蛋/打针/打完针/输液/青霉素/头孢/药+嗓子眼发紧/嗓子发紧/喉咙发紧/喉咙紧/舌头肿
海鲜/花生/坚果/虾/蟹/芒果/牛奶/鸡蛋/打针/打完针/输液/青霉素/头孢/药+嘴肿/嘴唇肿/脸肿/嗓子肿/喉咙肿/起疹/风团+喘不上来气/喘不上气/喘不过气/喘/憋/晕
嘴唇+舌头+肿""",
    "抽搐、惊厥": """烧抽了/烧抽过去
孩子/小孩/宝宝/婴儿/小儿/娃+抽抽/眼睛往上翻/眼睛上翻/两眼发直""",
    "流血止不住、断指断肢": """血呼呼/血哗哗/血往外冒/血往外涌/血停不住/血流个不停/流血不停
血流成河/血崩+头晕/心慌/眼前发黑/站不住""",
    "吐血、大量便血、咯血": """吐了/吐出来+好多血/很多血/一口血/大口血/血块
拉的全是血/拉的都是血/拉了好多血/拉了很多血/大便全是血""",
    "突然的剧烈头痛": """突然+头痛/头疼+呕吐/炸/裂
头疼得/头痛得+炸/裂/打滚""",
    "三个月以内的婴儿发烧、不吃、叫不醒": """满月宝宝/满月的宝宝/刚满月/一个月大/两个月大/1个月大/2个月大/刚满两个月/刚满一个月/不到三个月/不到两个月/不满三个月/两个月的娃/一个月的娃/俩月的娃/20天宝宝/30天宝宝/40天宝宝/50天宝宝/60天宝宝/20天的宝宝/30天的宝宝/40天的宝宝/50天的宝宝/60天的宝宝+发烧/发热/高烧/38/39/不吃奶/拒奶/叫不醒""",
    "吃错药、吃多了药": """吃了/喝了/吞了/吃下+半瓶/大半瓶/一整瓶/一大把/几十片/十几片/二十片/一整板+药/片""",
    "不想活的时候，有人愿意听": """想从楼上跳/想从楼顶跳/想从窗户跳/想从阳台跳/想跳下去/活够了/活腻了/不想再活/想离开这个世界""",
    "触电、雷击": """触电/被电+没反应/没呼吸/不动/倒地/叫不醒""",
    "溺水、呛水": """掉水里/掉进水/掉河里/掉进河/掉水塘/掉池塘/掉进池/掉井里+捞/孩子/宝宝/小孩/娃""",
    "毒蘑菇、河豚、野菜中毒": """菌子/蘑菇/见手青+小人/幻觉""",
}
# What only looks like it.
HARMLESS = {
    "抽搐、惊厥": "脸抽起来\n脸又抽起来\n脸就抽起来\n眼皮抽起来\n嘴角抽起来\n脸抽抽\n眼皮抽抽\n眼睛抽抽\n嘴角抽抽\n抽了血\n抽了几管",
    "嘴歪、说话不清、一侧没力气": "肩周炎",
}


def texts(words, unless, name):
    """Return the words and the exceptions of a flag, as they are before this and after it."""
    before = f"{words}\n{BEFORE[name]}" if name in BEFORE else words
    after = f"{before}\n{MORE[name]}"
    return (before, unless), (after, "\n".join(filter(None, [unless, HARMLESS.get(name)])))


def move(apps, is_forward):
    RedFlag = apps.get_model("articles", "RedFlag")
    for name, _, words, unless, _ in ROWS:
        if name in MORE:
            old, new = texts(words, unless, name) if is_forward else reversed(texts(words, unless, name))
            RedFlag.objects.filter(name=name, words=old[0], unless=old[1]).update(words=new[0], unless=new[1])


def add(apps, schema_editor):
    move(apps, is_forward=True)


def take(apps, schema_editor):
    move(apps, is_forward=False)


class Migration(migrations.Migration):
    dependencies = [("articles", "0072_fill_reviewed_text")]

    operations = [migrations.RunPython(add, take)]
