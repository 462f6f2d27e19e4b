"""Radicals that copies out of PDF files have in the place of the characters they look like: ⻛湿 for 风湿.

Unicode's compatibility forms (NFKC) make characters of all Kangxi radicals and of two of the supplement. The others
stand here with their characters, as EquivalentUnifiedIdeograph.txt of the Unicode Character Database has them (14.0;
17.0 has another one for ⺕): https://www.unicode.org/Public/14.0.0/ucd/EquivalentUnifiedIdeograph.txt
"""

import re
import unicodedata

PAIRS = """
    ⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑
    ⺕彐 ⺖忄 ⺗心 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔
    ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽𦥑 ⺾艹
    ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 ⻉贝 ⻊𧾷 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸
    ⻓长 ⻔门 ⻕𨸏 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 ⻡𩠐 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟
    ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀
"""
CHARACTERS = {ord(pair[0]): pair[1] for pair in PAIRS.split()}
RADICALS = re.compile("[\u2e80-\u2fd5]+")


def without_radicals(text: str) -> str:
    """Return `text` with a character for each radical."""
    return RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]).translate(CHARACTERS), text)
