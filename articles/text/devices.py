"""What a browser says it is, as its owner would call it."""

import re

# First match wins: most browsers name others, too.
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "鸿蒙设备"),
    ("OpenHarmony", "鸿蒙设备"),
    ("Android", "安卓设备"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("MQQBrowser", "QQ 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("VivoBrowser", "vivo 浏览器"),
    ("HeyTapBrowser", "OPPO 浏览器"),
    ("SamsungBrowser", "三星浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
UNKNOWN = "不认识的设备"


def device_of(user_agent: str) -> str:
    """Return a name for a User-Agent header: one of a few dozen, and never a word of what it says."""
    device, browser = (next((said for sign, said in known if sign in user_agent), "") for known in (DEVICES, BROWSERS))
    return spaced(f"{device}上的{browser}") if device and browser else device or browser or UNKNOWN


def spaced(text: str) -> str:
    """Return `text` with a blank where Latin and Chinese letters meet."""
    return re.sub(r"(?<=[a-zA-Z])(?=[一-鿿])|(?<=[一-鿿])(?=[a-zA-Z])", " ", text)
