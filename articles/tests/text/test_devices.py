"""Devices and browsers are called as their owners call them."""

import pytest

from articles.text.devices import device_of


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Windows 电脑上的 Edge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "苹果电脑上的 Safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1 MicroMessenger/8.0.50", "iPhone 上的微信"),
        ("Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/123 VivoBrowser/22 Safari/537", "安卓设备上的 vivo 浏览器"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 HuaweiBrowser/5", "鸿蒙设备上的华为浏览器"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Linux 电脑上的 Firefox"),
        ("curl/8.0 <script>", "不认识的设备"),
        ("", "不认识的设备"),
    ],
)
def test_a_header_is_a_name_that_its_owner_knows(agent, said):
    assert device_of(agent) == said
