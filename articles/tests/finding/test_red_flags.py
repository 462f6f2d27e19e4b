"""The red flags of a new site: what a patient types brings the right card, what only sounds like danger brings none."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from articles.engine.phrases import squeeze
from articles.finding.red_flags import LOOKED_AT, calls, card_for
from articles.models import RedFlag
from articles.text.danger.learning import sentences, taught
from articles.text.spoken_numbers import in_digits

SHIPPED = import_module("articles.migrations.0057_shipped_red_flags").ROWS
UPGRADES = [
    import_module(f"articles.migrations.{name}")
    for name in ("0070_more_words_of_red_flags", "0073_danger_in_everyday_words", "0077_danger_in_anybodys_words")
]
BY_LIKENESS = import_module("articles.migrations.0079_danger_by_likeness").ROWS
FILES = Path(__file__).parents[1] / "files"


def shipped(number, name, line, words, unless, advice):
    """Return a red flag as a new site has it."""
    words = "\n".join([words, *(upgrade.MORE[name] for upgrade in UPGRADES if name in upgrade.MORE)])
    harmless = [upgrade.HARMLESS.get(name, "") for upgrade in UPGRADES[1:]]
    unless = "\n".join(filter(None, [unless, *harmless]))
    return RedFlag(pk=number, name=name, line=line, words=words, unless=unless, advice=advice)


GENERAL = [
    RedFlag(pk=number, name=name, line=line, words=words, unless=unless, advice=advice, by_likeness=True)
    for number, (name, line, words, unless, advice) in enumerate(BY_LIKENESS, len(SHIPPED) + 1)
]
FLAGS = [*(shipped(number, *row) for number, row in enumerate(SHIPPED, 1)), *GENERAL]
# What a patient, or somebody beside one, types: each must bring the card of its situation.
SENTENCES = {
    "听起来可能很急": ["该不该叫救护车", "要不要打120", "眼珠子扎破了"],
    "自己或身边的人想不开": ["他好像想不开了", "银行卡密码都写好了留给我妈 晚上我就走"],
    "胸痛、胸口发闷": [
        "前胸中间一直疼",
        "胸痛",
        "我爸胸口像压着石头一样，出冷汗",
        "突然胸口闷痛出汗要叫120吗？",
        "心梗前兆有哪些",
        "心脏疼",
        "胸口压得慌",
        "左胳膊麻还胸闷",
        "胸口像压了块石头",
        "心脏像被人揪住一样疼",
    ],
    "嘴歪、说话不清、一侧没力气": [
        "吹空调把嘴吹歪了",
        "嘴巴突然有点歪",
        "老人突然嘴歪，说话不清",
        "早上起来右边手脚没力气",
        "中风",
        "脑出血怎么急救",
        "嘴巴歪了 口齿不清",
        "嘴巴歪了",
        "话说不清",
        "吃饭嘴角漏水",
        "老人突然话都说不清了",
        "奶奶一边手脚没得力气",
        "爷爷半边身子不听使唤",
        "左手使不上劲拿不住杯子",
        "一觉睡醒半边脸不会动了",
    ],
    "喘不上气、呼吸困难": ["躺下就喘不上气", "孩子嘴唇发紫怎么办", "胸闷透不过气", "咳粉红色泡沫痰"],
    "过敏后喘、喉咙发紧、要晕倒": [
        "过敏喘不上气",
        "吃了海鲜过敏，喉咙发紧",
        "打完青霉素头晕 过敏了",
        "过敏性休克怎么抢救",
        "吃了花生嘴肿喘不上来气",
        "打完针嘴肿喘不上来气",
        "吃海鲜嗓子眼发紧",
        "嘴唇舌头肿起来了",
    ],
    "马蜂、毒虫蜇咬": ["被马蜂蜇了怎么办", "蜜蜂蜇了以后脸肿头晕"],
    "昏迷、晕倒、叫不醒": ["孩子不动了怎么办", "我妈叫不醒了", "突然晕倒在地上", "爸爸没反应了怎么办"],
    "没有呼吸、没有心跳": ["老人没有呼吸了", "心肺复苏怎么做", "心脏骤停", "猝死怎么急救"],
    "抽搐、惊厥": [
        "宝宝发烧抽搐翻白眼",
        "癫痫发作了怎么办",
        "高热惊厥",
        "突然倒地口吐白沫",
        "孩子抽搐",
        "小孩抽风",
        "小孩发烧烧抽了",
        "宝宝抽抽了眼睛往上翻",
    ],
    "噎住、气管里进了东西": ["孩子吃花生呛到气管了", "老人吃年糕噎住了", "海姆立克怎么做", "果冻卡住喉咙咳不出来"],
    "流血止不住、断指断肢": [
        "手割破了血止不住",
        "手指被机器切断了",
        "断指怎么保存",
        "大腿动脉破了",
        "刀割了手血呼呼往外冒",
        "姨妈血流成河头晕",
    ],
    "吐血、大量便血、咯血": ["喝完酒吐血了", "大便带血很多还头晕", "咳血一大口", "吐了好多血", "拉的全是血头晕"],
    "突然的剧烈头痛": [
        "突然头痛欲裂",
        "头疼得像炸了一样还呕吐，脖子硬",
        "从来没有这么痛的头痛，最厉害的头痛",
        "头疼得要炸开",
        "突然头痛呕吐",
    ],
    "头部受伤": ["孩子摔到头以后一直呕吐", "宝宝从床上摔下来后脑勺着地", "老人撞到头 嗜睡"],
    "车祸、高处摔下、重物压伤": ["出车祸了人受伤流血怎么办", "从二楼摔下来 高处坠落", "老人摔倒了不能动"],
    "煤气、一氧化碳中毒": ["煤气中毒怎么办", "家里煤气泄漏了", "用热水器洗澡头晕恶心"],
    "喝了农药、老鼠药": ["我妈喝农药了", "孩子误食老鼠药", "老鼠药", "百草枯喝了一口", "敌敌畏喝了能救吗"],
    "吃错药、吃多了药": ["老人吃错药了", "降压药多吃了一片", "宝宝误食了避孕药", "安眠药吃了很多", "吃了半瓶降压药"],
    "喝了消毒液、清洁剂、酸碱": ["孩子误喝洁厕灵", "84和洁厕灵混在一起了", "喝了一口酒精怎么办"],
    "吞了电池、磁铁、尖的东西": ["宝宝吞了纽扣电池", "孩子把磁力珠吃下去了", "吞了一枚硬币"],
    "毒蘑菇、河豚、野菜中毒": ["吃了野蘑菇拉肚子呕吐", "见手青中毒看见小人", "食物中毒", "吃菌子看见小人"],
    "喝酒后叫不醒、吃头孢喝了酒": ["喝醉了叫不醒", "吃了头孢又喝酒了，胸闷脸红", "酒精中毒怎么办"],
    "触电、雷击": ["孩子摸插座触电了怎么办", "触电", "被电到手麻", "触电了没反应"],
    "溺水、呛水": ["孩子溺水了怎么急救", "游泳呛水后一直咳嗽", "溺水", "孩子掉水里捞上来了"],
    "中暑、热射病": ["热射病", "中暑晕倒了", "军训高烧说胡话"],
    "严重的烧伤、烫伤": ["宝宝被开水烫到胸口了", "油烫伤脸了", "硫酸烧伤"],
    "眼睛受伤、突然看不见": ["眼睛里进了石灰", "一只眼睛突然看不见了", "眼睛被树枝扎了"],
    "毒蛇咬伤": ["被蛇咬了怎么办", "毒蛇咬伤急救", "脚被竹叶青咬了"],
    "头脸、手上或很深的猫狗咬伤": ["孩子脸被狗咬了", "被猫抓了手流血", "狂犬病发作的症状"],
    "怀孕时出血、剧痛、抽搐、胎动少": [
        "怀孕五周出血肚子痛",
        "羊水破了怎么办",
        "孕晚期胎动突然减少",
        "宫外孕",
        "胎动少怎么办",
    ],
    "来不及去医院就要生了": ["在家里就要生了来不及去医院", "孩子头出来了", "宫缩三分钟一次想用力"],
    "三个月以内的婴儿发烧、不吃、叫不醒": [
        "两个月的宝宝发烧38度",
        "新生儿不吃奶一直睡 嗜睡",
        "三个月宝宝高烧",
        "满月宝宝发烧",
        "一个月大的宝宝烧38度",
        "刚满两个月的娃发热",
        "40天宝宝发烧",
    ],
    "孩子没精神、发紫、有出血点": ["孩子身上有出血点没精神", "宝宝发烧手脚冰凉一直嗜睡", "肠套叠"],
    "发烧又糊涂、脖子硬": ["高烧说胡话", "发烧头痛脖子僵", "老人发烧糊涂了", "脖子有点硬还发烧"],
    "剧烈的肚子痛": ["肚子痛得打滚", "肚子疼得直不起腰冒冷汗", "急性阑尾炎怎么办"],
    "像撕裂一样的胸背痛": ["后背撕裂一样痛", "胸口撕裂样疼痛", "主动脉夹层"],
    "低血糖、糖尿病人糊涂或昏迷": ["糖尿病人叫不醒", "低血糖出冷汗发抖怎么办", "胰岛素打多了"],
    "哮喘发作": ["哮喘发作喷了没用", "孩子哮喘喘不上气", "哮喘急性加重"],
    "心跳很快或很慢，还头晕胸闷": ["心跳很快胸闷快晕了", "心慌眼前发黑", "心率200"],
    "腿肿，又胸痛、喘": ["一条腿肿了还喘", "血栓脱落", "肺栓塞"],
    "血压很高，还头痛、胸痛或看不清": ["血压200怎么办", "高血压 看不清 呕吐", "血压180/120"],
    "突然大小便困难、两腿没力": ["腰痛突然尿不出来腿麻", "双腿突然没知觉", "马尾综合征"],
    "睾丸突然剧痛": ["睾丸突然剧痛", "半夜蛋蛋剧烈疼", "睾丸扭转"],
    "冻僵、体温很低": ["人冻僵了怎么办", "体温只有33度", "失温怎么救"],
    "高原上喘、头痛、走不稳": ["到拉萨高反走不稳", "高原肺水肿", "西藏高反呼吸困难"],
    "刀伤、东西扎进身体": ["肚子被刀捅了", "钢筋扎进大腿", "肠子流出来了"],
    "下水道、地窖、化粪池里晕倒": ["掉进化粪池晕倒了", "硫化氢中毒", "地窖里有人昏了"],
    "吃药后大片皮疹、起泡、溃烂": ["吃卡马西平起疹子嘴巴溃烂", "吃药后皮疹脱皮发烧"],
    "不想活的时候，有人愿意听": [
        "我想自杀",
        "不想活了",
        "活着没意思",
        "怎么死不痛苦",
        "吃多少会死",
        "失恋了想从楼上跳下去",
        "活够了",
    ],
    "想伤害自己的时候": ["忍不住割腕", "总想伤害自己", "自残停不下来"],
    "身边的人不想活了": ["女儿说不想活了怎么办", "朋友想自杀怎么劝", "室友割腕了"],
    "产后崩溃，想伤害孩子或自己": ["产后抑郁想把孩子扔掉", "想掐死自己的孩子", "坐月子崩溃"],
    "有声音叫人去伤害、控制不住": ["耳边有人命令我去死", "控制不住想打人", "精神病发作拿刀怎么办"],
    "被性侵、被强奸": ["被强奸了怎么办", "女儿被猥亵"],
    "撑不下去的时候": ["我快撑不下去了", "抑郁症好痛苦 救救我", "活得好累 绝望"],
}
# What only sounds like danger, and what asks for nothing urgent: 120 on every page teaches people to overlook it.
CALM = [
    *(
        "嘴不歪了",
        "头有点疼",
        "腿一直疼",
        "手有点抖",
        "高血压怎么预防",
        "高血压能吃什么",
        "在家量血压怎么量才准？",
        "血压高的人能喝酒吗",
        "糖尿病吃什么主食",
        "血糖高怎么办",
    ),
    *(
        "面肌痉挛怎么治疗？",
        "眼皮抽搐怎么办",
        "小孩眼皮抽搐是什么原因",
        "脸部抽搐看什么科",
        "半夜小腿抽筋是缺钙吗？",
        "胃痉挛",
    ),
    *(
        "三叉神经痛像触电一样",
        "三叉神经痛和牙痛怎么分清？",
        "牙痛",
        "头痛吃什么药",
        "偏头痛怎么缓解",
        "感冒头痛",
        "紧张性头痛",
    ),
    *(
        "中风后遗症怎么康复",
        "怎么预防中风",
        "脑梗能吃鸡蛋吗",
        "预防心梗",
        "心梗怎么预防",
        "心脏支架后能运动吗",
        "冠心病饮食",
    ),
    *(
        "过敏性鼻炎怎么办？",
        "过敏性鼻炎如何治疗",
        "花粉过敏",
        "皮肤过敏起红疹",
        "荨麻疹吃什么药",
        "婴儿湿疹能用激素药膏吗？",
    ),
    *(
        "孩子发烧39度要马上去医院吗？",
        "6个月宝宝发烧",
        "13个月宝宝发烧38度",
        "宝宝拉肚子口服补液盐怎么喝？",
        "孩子不爱吃饭",
    ),
    *("咳嗽一个月怎么回事", "哮喘能治好吗", "哮喘可以运动吗", "打呼噜怎么办", "鼻子痒是感冒吗？", "鱼刺卡喉咙"),
    *("自杀式袭击", "癌细胞自杀基因疗法", "想死你了", "猫怎么死的", "安眠药会上瘾吗", "失眠两个月不想吃安眠药怎么办？"),
    *(
        "抑郁症怎么治疗",
        "抑郁症吃什么药",
        "焦虑怎么缓解",
        "失眠怎么办",
        "产后抑郁是什么",
        "产后多久来月经",
        "孕期营养怎么补才不过量？",
    ),
    *(
        "吃药能喝牛奶吗",
        "头孢能和酒一起吃吗",
        "降压药饭前吃还是饭后吃",
        "布洛芬和对乙酰氨基酚的区别",
        "感冒药有副作用吗",
    ),
    *(
        "84消毒液怎么稀释",
        "酒精能消毒吗",
        "蘑菇怎么做好吃",
        "防溺水知识",
        "车祸赔偿标准",
        "煤气灶怎么清洗",
        "蛇胆有什么功效",
    ),
    *(
        "烫伤疤怎么去",
        "狂犬病疫苗打几针",
        "被蚊子叮了很痒",
        "低血压怎么办",
        "低血糖吃什么",
        "贫血头晕",
        "痔疮便血",
        "月经量多",
    ),
    *(
        "腰疼",
        "颈椎病自己在家怎么锻炼？",
        "喝水漏尿怎么回事",
        "孩子抽了血结果怎么看",
        "吸奶器抽了奶给宝宝吃",
        "膝盖疼",
        "腿麻是怎么回事",
        "静脉曲张",
        "痛风怎么办？",
        "胃痛吃什么药",
        "肚子痛拉肚子",
    ),
    *("针灸能减肥吗", "吞咽困难", "滴眼液怎么用", "眼睛干涩怎么缓解", "近视手术", "耳鸣几天了要紧吗", "没有胎心怎么办"),
    *("吃完饭脸又抽起来了", "孩子脸抽抽", "发烧抽了血", "右边智齿拔不动", "左边乳房胀", "二十一个月大的宝宝发烧"),
    *("一边看手机一边吃饭", "牙疼半边脸肿", "药一瓶多少钱", "左手抽筋", "腿抽筋", "不听使唤的孩子怎么教育"),
    *("脑膜炎疫苗什么时候打", "一氧化碳弥散功能", "口腔溃疡", "减肥", "怎么洗鼻子？", "HPV疫苗", "火星热", ""),
]
BY_NAME = {flag.name: flag for flag in FLAGS}


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(UPGRADES)))
def test_an_upgrade_adds_words_where_no_editor_has_changed_them(number):
    for later in reversed(UPGRADES[number + 1 :]):
        later.take(apps, None)
    module = UPGRADES[number]
    changed, *others = module.MORE

    def has(name):
        return RedFlag.objects.get(name=name).words.endswith(module.MORE[name])

    assert all(map(has, module.MORE))
    module.take(apps, None)
    assert not any(map(has, module.MORE))
    RedFlag.objects.filter(name=changed).update(words="胸痛")
    module.add(apps, None)
    assert RedFlag.objects.get(name=changed).words == "胸痛"
    assert all(map(has, others))


@pytest.mark.django_db
def test_a_new_site_has_the_shipped_flags():
    kept = set(RedFlag.objects.values_list("name", "words", "unless"))
    assert kept == {(flag.name, flag.words, flag.unless) for flag in FLAGS}


def test_a_site_begins_with_enough():
    assert len(SHIPPED) >= 40
    assert len(BY_NAME) == len(FLAGS)


@pytest.mark.parametrize("name", BY_NAME)
def test_what_a_patient_types_brings_the_card_of_the_situation(name):
    assert SENTENCES[name]
    found = {sentence: card and card.name for sentence in SENTENCES[name] for card in [card_for(sentence, FLAGS)]}
    assert found == dict.fromkeys(SENTENCES[name], name)


@pytest.mark.parametrize("name", BY_NAME)
def test_each_flag_is_good_as_an_editor_writes_it_and_says_what_to_do(name):
    flag = BY_NAME[name]
    flag.clean_fields(exclude=["id"])
    flag.clean()
    lines = flag.advice.splitlines()
    assert 3 <= len(lines) <= 4
    assert all(len(line) <= 60 and line.endswith(("。", "”")) for line in lines)
    assert not re.search("打 ?120", flag.advice), "numbers are settings"


def lines_of_file(name):
    return (FILES / name).read_text(encoding="utf-8").splitlines()


def test_who_is_in_danger_sees_whom_to_call_whatever_the_words():
    """Lines of writers who knew neither the words nor the search; nothing was learned from them."""
    missed = [line for line in lines_of_file("emergencies.txt") if card_for(line, FLAGS) is None]
    assert len(missed) <= len(lines_of_file("emergencies.txt")) / 50, missed


# None of these is among those that each sentence of danger is learned with (text/danger/learning.py).
AROUND = [
    *["{}吃点啥好", "{}要花多少钱", "{}有没有大碍", "{}能不能先在家看看", "{}什么情况", "{}有什么好办法", "{}正常吗"],
    *["{}是不是上火", "{}会死吗", "{}要打针吗", "昨晚{}", "同事{}", "室友{}", "想问下{}", "妹妹{}", "上午{}"],
]


@pytest.mark.parametrize("asked", AROUND)
def test_how_somebody_asks_hides_no_danger(asked):
    lines = [asked.format(line) for line in lines_of_file("emergencies.txt")[::4]]
    missed = [line for line in lines if card_for(line, FLAGS) is None]
    assert len(missed) <= len(lines) / 15, missed


def test_what_sounds_a_little_like_danger_seldom_brings_a_card():
    cards = [line for line in lines_of_file("no_emergencies.txt") if card_for(line, FLAGS)]
    assert len(cards) <= len(lines_of_file("no_emergencies.txt")) / 10, cards


def test_nothing_was_learned_from_what_it_is_held_against():
    learned = {squeeze(line) for lines in taught().values() for line in lines}
    held = {squeeze(line) for name in ("emergencies.txt", "no_emergencies.txt") for line in lines_of_file(name)}
    assert held & learned == set()


def test_what_was_learned_from_brings_a_card():
    lines = [line for kind in ("emergency", "mental") for line in sentences(kind)]
    missed = [line for line in lines if card_for(line, FLAGS) is None]
    assert len(missed) <= len(lines) / 500, missed


def test_what_was_learned_to_be_harmless_seldom_brings_a_card():
    lines = [*taught()["harmless"], *taught()["said"]][::10]
    assert sum(card_for(line, FLAGS) is not None for line in lines) <= len(lines) / 20


def test_danger_that_nobody_wrote_down_brings_a_card_of_its_line():
    assert card_for("爷爷躺不平一躺就憋醒咳粉泡泡痰腿肿得老粗", FLAGS).line == "emergency"
    assert card_for("我站在桥上了风好大", FLAGS).line == "mental"


def test_who_may_be_dying_gets_no_card_for_those_who_want_to():
    for typed in ("爸爸快不行了", "我被人掐脖子", "我老公快没了"):
        assert card_for(typed, FLAGS).line == "emergency", typed


def test_without_a_flag_for_what_is_like_danger_only_words_count():
    assert card_for("眼珠子扎破了", FLAGS).name == "听起来可能很急"
    assert card_for("眼珠子扎破了", [flag for flag in FLAGS if not flag.by_likeness]) is None


def test_the_flag_of_the_other_line_is_better_than_none():
    for line in ("emergency", "mental"):
        left = [flag for flag in GENERAL if flag.line == line]
        assert card_for("眼珠子扎破了", left).line == card_for("我站在桥上了风好大", left).line == line


def test_an_editor_strikes_what_is_like_danger_and_none():
    general = RedFlag(pk=1, name="很急", line="emergency", words="x", by_likeness=True)
    assert card_for("眼珠子扎破了", [general]).name == "很急"
    general.unless = "眼珠子扎破"
    assert card_for("眼珠子扎破了", [general]) is None
    assert card_for("眼珠子扎破了，人也迷糊了嘴里吐白沫", [general]).name == "很急"


@pytest.mark.parametrize(
    "typed", ["心梗和心绞痛区别", "流脑和乙脑区别", "怎么预防煤气中毒", "龟龟口吐白沫", "护理考试 心跳骤停"]
)
def test_what_is_only_asked_about_brings_no_card(typed):
    assert card_for(typed, FLAGS) is None


@pytest.mark.parametrize(
    "typed",
    [
        "高原肺水肿",
        "中风和面瘫区别 我妈嘴刚歪",
        "癫痫会遗传吗 孩子还在抽",
        "吐血怎么回事",
        "胸痛是什么原因",
        "孩子喘不上气是什么原因",
        "叫不醒怎么回事",
        "家族遗传心脏病 他倒地上了",
        "想死是什么原因",
        "体检抽血后没意识了",
        "救命",
        "120",
    ],
)
def test_no_question_hides_danger(typed):
    assert card_for(typed, FLAGS) is not None


@pytest.mark.parametrize("typed", ["脸直抽", "脸不停抽", "面肌抽搐"])
def test_a_face_that_twitches_is_no_danger(typed):
    assert card_for(typed, FLAGS) is None


@pytest.mark.parametrize("typed", ["13800138000", "8402", "了", "走", "a", "？", "\0", "😀😀😀", "7.0", ""])
def test_what_says_nothing_is_no_danger(typed):
    assert card_for(typed, FLAGS) is None


@pytest.mark.parametrize(
    "typed",
    [
        "老公早上叫不醒了",
        "健身的时候胸口疼出冷汗",
        "看电影突然胸口痛",
        "考试的时候突然晕倒",
        "考试压力大想死",
        "狗狗咬了孩子的脸",
    ],
)
def test_what_else_is_told_does_not_hide_danger(typed):
    assert card_for(typed, FLAGS) is not None


@pytest.mark.parametrize("typed", ["梦见胸口痛", "电视剧里喝农药那集叫什么", "护理考试题 昏迷怎么分级"])
def test_where_nothing_is_happening_now_there_is_no_card(typed):
    assert card_for(typed, FLAGS) is None


@pytest.mark.parametrize(("typed", "name"), [("老人摔地上叫不星", "昏迷、晕倒、叫不醒"), ("羊颠疯犯了", "抽搐、惊厥")])
def test_what_sounds_like_danger_is_meant_so(typed, name):
    assert card_for(typed, FLAGS).name == name


def test_sentences_are_of_flags_that_exist():
    assert SENTENCES.keys() == BY_NAME.keys()


@pytest.mark.parametrize("sentence", CALM)
def test_what_only_sounds_like_danger_brings_no_card(sentence):
    assert card_for(sentence, FLAGS) is None


@pytest.mark.parametrize(
    "typed",
    [
        "胸 痛",
        "胸\u3000痛",
        "胸\u200b痛",
        "胸\u00ad痛",
        "胸\u3164痛",
        "胸、痛！",
        "【胸痛】",
        "Ｘ胸痛Ｘ",
        "\u202e胸痛",
        "胸\ufe0f痛",
        "胸😭痛",
    ],
)
def test_blanks_signs_and_invisible_characters_hide_nothing(typed):
    assert card_for(typed, FLAGS).name == "胸痛、胸口发闷"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("說話不清", "嘴歪、说话不清、一侧没力气"),
        ("喘不過氣", "喘不上气、呼吸困难"),
        ("過敏，喉嚨發緊", "过敏后喘、喉咙发紧、要晕倒"),
        ("一氧化碳中毒", "煤气、一氧化碳中毒"),
        ("吃錯藥", "吃错药、吃多了药"),
        ("我想自殺", "不想活的时候，有人愿意听"),
        ("Ｓｕｉｃｉｄｅ", "不想活的时候，有人愿意听"),
        ("血壓２００", "血压很高，还头痛、胸痛或看不清"),
    ],
)
def test_traditional_characters_and_full_width_are_the_same_words(typed, name):
    assert card_for(typed, FLAGS).name == name


def test_what_says_most_of_a_sentence_is_the_card():
    assert card_for("过敏喘不上气", FLAGS).name == "过敏后喘、喉咙发紧、要晕倒"
    assert card_for("喘不上气", FLAGS).name == "喘不上气、呼吸困难"


def test_who_took_something_to_die_sees_what_to_do_about_it_and_both_numbers():
    card = card_for("我想死，喝了农药", FLAGS)
    assert card.name == "喝了农药、老鼠药"
    assert [call.number for call in card.calls] == ["120", "12356"]


def test_the_line_of_mental_health_comes_first_where_nothing_was_done_yet():
    assert [call.number for call in card_for("我想自杀", FLAGS).calls] == ["12356", "120"]
    assert [call.number for call in card_for("胸痛", FLAGS).calls] == ["120"]


def test_who_speaks_of_the_own_death_is_not_told_how_to_help_others():
    assert card_for("我不想活了，对不起孩子", FLAGS).name == "不想活的时候，有人愿意听"
    assert card_for("自杀式袭击以后我想自杀", FLAGS).name == "不想活的时候，有人愿意听"


def test_numbers_are_those_of_the_settings_and_can_be_dialled(settings):
    settings.EMERGENCY_NUMBER, settings.MENTAL_HEALTH_LINE = "+852 999", "400-161-9995"
    assert [(call.number, call.address) for call in calls("emergency", "mental")] == [
        ("+852 999", "tel:+852999"),
        ("400-161-9995", "tel:4001619995"),
    ]


def test_only_the_beginning_of_endless_text_is_looked_at():
    assert card_for("好" * (LOOKED_AT - 2) + "胸痛", FLAGS)
    assert card_for("好" * LOOKED_AT + "胸痛", FLAGS) is None


@pytest.mark.parametrize(
    "typed",
    [
        *("吃鸡蛋过敏喘不过气", "喝牛奶过敏嘴唇肿喘不上气", "牛肉过敏喉咙肿喘不上气", "写作业叫不醒", "看电视剧胸口疼"),
        *("考试胸口疼", "去年支架胸口疼", "炖鸡煤气中毒", "培训班上孩子晕倒叫不醒", "猫毛过敏喘不上气"),
    ],
)
def test_what_somebody_eats_or_does_hides_no_danger(typed):
    assert card_for(typed, FLAGS).line == "emergency"


@pytest.mark.parametrize(
    ("spoken", "written"),
    [("二百二", "220"), ("一百九十五", "195"), ("两百零三", "203"), ("四十一", "41"), ("百一十", "110")],
)
def test_numbers_are_read_as_they_are_dictated(spoken, written):
    assert in_digits(f"血压{spoken}") == f"血压{written}"


def test_a_pressure_that_is_dictated_is_one():
    assert card_for("血压二百二", FLAGS).name == card_for("血压220", FLAGS).name
