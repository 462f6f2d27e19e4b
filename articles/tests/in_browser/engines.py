"""The engines of iPhones and of Firefox, as Debian has them: WebKitGTK behind its own driver, Firefox by Marionette.

Both speak WebDriver, one by HTTP and the other over a socket of its own. Tests need eight of its commands, for which
Selenium, with a dozen packages and with geckodriver, which Debian 12 does not have, would be much.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key under which WebDriver hands out elements
CONTROL, ENTER = "\ue009", "\ue007"  # keys, as WebDriver writes them
# The names that Marionette has for commands, and the addresses that WebDriver has for them.
COMMANDS = {
    "NewSession": "",
    "Navigate": "url",
    "Refresh": "refresh",
    "SetWindowRect": "window/rect",
    "ExecuteScript": "execute/sync",
    "ElementClick": "element/{id}/click",
    "ElementSendKeys": "element/{id}/value",
    "PerformActions": "actions",
}
LONGEST, SOON = 60, 10  # seconds that an answer may take, and that of a script, which is short
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Refused(Exception):
    """The browser says why it has not done what it was asked to do."""


class Http:
    """Commands to a driver that listens at `port` of this machine."""

    def __init__(self, port, capabilities):
        connected(port).close()
        self.port, self.session = port, ""
        wanted = {"capabilities": {"alwaysMatch": capabilities}}
        self.session = "/" + self.ask("NewSession", wanted)["sessionId"]

    def ask(self, command, parameters):
        """Return the answer. Now and then WebKit loses that of a script, while a page goes: it is asked again."""
        try:
            return self.answer(command, parameters, SOON if command == "ExecuteScript" else LONGEST)
        except TimeoutError:
            if command != "ExecuteScript":
                raise
        return self.answer(command, parameters, LONGEST)

    def answer(self, command, parameters, seconds):
        address = f"/session{self.session}/{COMMANDS[command]}".rstrip("/").format(**parameters)
        status, value = self.send("POST", address, parameters, seconds)
        if status != 200:
            raise Refused(value)
        return value

    def send(self, method, address, parameters, seconds):
        """Return the status and the value of an answer, over a connection that no other command waits for."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=seconds)) as connection:
            connection.request(method, address, json.dumps(parameters), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())["value"]

    def close(self):
        self.send("DELETE", f"/session{self.session}", {}, LONGEST)


class Marionette:
    """The same commands to the Firefox that listens at `port` of this machine."""

    def __init__(self, port):
        self.socket = connected(port)
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self.read()  # Firefox introduces itself
        self.ask("NewSession", {})

    def ask(self, command, parameters):
        self.number += 1
        message = json.dumps([0, self.number, f"WebDriver:{command}", parameters]).encode()
        self.socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self.read()
        if error:
            raise Refused(error)
        return result.get("value")

    def read(self):
        """Read one message; its length stands before it."""
        length = b""
        while (digit := self.stream.read(1)) != b":":
            if not digit:
                raise ConnectionError("Firefox has ended")
            length += digit
        return json.loads(self.stream.read(int(length)))

    def close(self):
        self.stream.close()
        self.socket.close()


def connected(port):
    """Return a connection to `port`, as soon as somebody listens there."""
    limit = time.monotonic() + LONGEST
    while time.monotonic() < limit:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens at port {port}")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def needed(program, package):
    """Return the path of a program, or skip the test and say which package of Debian has it."""
    return shutil.which(program) or pytest.skip(f"no {program}: apt-get install {package}")


@contextmanager
def running(command, **options):
    """A process that is ended with the block."""
    process = subprocess.Popen(command, **{**QUIET, **options})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def firefox():
    """Commands to a new Firefox without a window, with a profile of its own."""
    path = needed("firefox-esr", "firefox-esr")
    with ExitStack() as ending:
        profile = Path(ending.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        port = free_port()
        wanted = {
            "marionette.port": port,
            "intl.accept_languages": "zh-CN",
            "datareporting.policy.dataSubmissionEnabled": False,  # asks nobody outside
            "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in wanted.items()]
        (profile / "user.js").write_text("".join(lines))
        command = [path, "--marionette", "--headless", "--no-remote", "--profile", str(profile)]
        ending.enter_context(running(command, env={**os.environ, "MOZ_CRASHREPORTER_DISABLE": "1"}))
        commands = Marionette(port)
        ending.callback(commands.close)
        yield commands


@contextmanager
def webkit():
    """Commands to a new WebKitGTK in a window on a screen that nobody sees."""
    driver, xvfb = needed("WebKitWebDriver", "webkit2gtk-driver"), needed("Xvfb", "xvfb")
    browser = max(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))  # comes with the driver
    with ExitStack() as ending:
        command = [xvfb, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
        screen = ending.enter_context(running(command, stdout=subprocess.PIPE))
        ending.callback(screen.stdout.close)
        port = free_port()
        display = f":{screen.stdout.readline().decode().strip()}"
        ending.enter_context(running([driver, f"--port={port}"], env={**os.environ, "DISPLAY": display}))
        commands = Http(port, {"webkitgtk:browserOptions": {"binary": str(browser), "args": ["--automation"]}})
        ending.callback(commands.close)
        yield commands


BROWSERS = {"webkit": webkit, "firefox": firefox}


class Browser:
    """One browser of an engine for many tests; where it has hung, the next command starts another."""

    def __init__(self, engine):
        self.start, self.ending, self.commands = BROWSERS[engine], ExitStack(), None

    def ask(self, command, parameters):
        if self.commands is None:
            self.commands = self.ending.enter_context(self.start())
        try:
            return self.commands.ask(command, parameters)
        except (OSError, HTTPException):
            self.close()
            raise

    def close(self):
        self.commands = None
        with suppress(OSError, HTTPException):
            self.ending.close()


FIND = """
const [selector, text] = arguments;
return [...document.querySelectorAll(selector)].find((one) =>
  one.checkVisibility({ visibilityProperty: true }) && one.innerText.trim().includes(text));
"""


class Engine:
    """A browser with a window like a telephone; what is looked for is waited for."""

    def __init__(self, commands):
        self.ask = commands.ask
        self.resize(390, 844)

    def resize(self, width, height):
        self.ask("SetWindowRect", {"x": 0, "y": 0, "width": width, "height": height})

    def open(self, address):
        self.ask("Navigate", {"url": address})

    def reload(self):
        self.ask("Refresh", {})

    def run(self, expression):
        """Return what an expression of JavaScript is in the page."""
        return self.ask("ExecuteScript", {"script": f"return {expression}", "args": []})

    def shown(self, selector, text=""):
        """Return the first element at `selector` that can be seen and holds `text`."""
        find = {"script": FIND, "args": [selector, text]}
        return self.until(lambda: self.ask("ExecuteScript", find), f"nothing at {selector} says {text!r}")

    def says(self, selector):
        """Return the text of what is shown at `selector`, once there is some."""
        text = f"document.querySelector({json.dumps(selector)})?.innerText.trim()"
        return self.until(lambda: self.run(text), f"nothing is said at {selector}")

    def press(self, selector, text=""):
        """Click what is shown, once nothing lies over it: a page that is still loading moves."""
        found = self.shown(selector, text)[ELEMENT]
        self.until(lambda: [self.ask("ElementClick", {"id": found})], f"{selector} cannot be clicked")

    def write(self, selector, text, enter=False):
        """Type a text into an empty field, and then press Enter if asked to: a busy WebKit now and then drops a key."""
        field = self.shown(selector)
        emptied = {"script": "arguments[0].value = ''", "args": [field]}
        typed = {"script": "return arguments[0].value === arguments[1]", "args": [field, text]}
        keys = {"id": field[ELEMENT], "text": text}
        self.until(
            lambda: (
                [self.ask("ExecuteScript", emptied), self.ask("ElementSendKeys", keys)]
                and self.ask("ExecuteScript", typed)
            ),
            f"{selector} does not take {text!r}",
        )
        if enter:
            self.ask("ElementSendKeys", {**keys, "text": ENTER})

    def chord(self, key):
        """Press Ctrl and a key."""
        order = [("keyDown", CONTROL), ("keyDown", key), ("keyUp", key), ("keyUp", CONTROL)]
        steps = [{"type": kind, "value": value} for kind, value in order]
        self.ask("PerformActions", {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    def until(self, asked, complaint):
        """Return what `asked` returns as soon as that is something; a page may go while it is asked."""
        for _ in range(150):
            with suppress(Refused):
                if found := asked():
                    return found
            time.sleep(0.1)
        raise AssertionError(f"{complaint} at {self.run('location.href')}")
