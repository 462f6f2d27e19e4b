"""From an empty Debian to a site that answers behind nginx with TLS, by the very commands of docs/deploy.md.

    python bench/walk.py [--suite bookworm] [--debian FOLDER]

Makes a Debian with debootstrap (or copies the one in FOLDER), boots it with systemd-nspawn in a network of its own, and
runs there what stands in the document's first chapter, from the first line to the last; this repository's commits are
what is installed. Two things are not as they are for you: NAME and REPOSITORY have values of this bench, and `certbot`,
which needs a public name, is a function that signs a certificate itself. Then asks through the proxy, runs the jobs as
systemd runs them, boots the machine anew and asks again. Needs root, debootstrap, systemd-container, slirp4netns, git,
and the way to Debian's and Python's packages. The exit status is 0 only when all of it holds.
"""

import argparse
import atexit
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import scratch

DOCUMENT, CHAPTER = scratch.ROOT / "docs" / "deploy.md", "From an empty Debian machine to HTTPS"
NAME, REPOSITORY = "walk.example.org", "file:///repository"
PROGRAMS = ("debootstrap", "systemd-nspawn", "slirp4netns", "git", "ip", "nsenter")
CERTBOT = """certbot() { # of this bench: signs it itself, where certbot lays it
  install -d /etc/letsencrypt/live/$NAME
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=$NAME -addext subjectAltName=DNS:$NAME \\
    -keyout /etc/letsencrypt/live/$NAME/privkey.pem -out /etc/letsencrypt/live/$NAME/fullchain.pem 2>/dev/null
}
"""
JOBS = ("backup", "verify_backup", "push_addresses")
NETWORK = "healthqa-walk"
PLAIN = {  # of a root at a terminal
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}
# A machine whose way out is watched trusts a certificate of its own: what trusts it here does so there.
TRUSTED, BUNDLE = Path("usr/local/share/ca-certificates"), Path("etc/ssl/certs/ca-certificates.crt")


def commands():
    """Return the commands of the chapter as one script, with the values of this bench."""
    chapter = DOCUMENT.read_text().partition(f"## {CHAPTER}\n")[2].partition("\n## ")[0]
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL))
    for name, value in (("NAME", NAME), ("REPOSITORY", REPOSITORY)):
        script, found = re.subn(rf"^{name}=\S+", f"{name}={value}", script, flags=re.MULTILINE)
        if found != 1:
            raise SystemExit(f"{DOCUMENT.name} sets {name} {found} times")
    return script


def run(*command, **how):
    return subprocess.run([*map(str, command)], check=True, **how)


class Machine:
    """A Debian that boots, in a network of its own."""

    def __init__(self, root):
        self.root, self.booted = root, None
        run("ip", "netns", "add", NETWORK)
        atexit.register(run, "ip", "netns", "del", NETWORK)
        path = f"/run/netns/{NETWORK}"
        way_out = subprocess.Popen(
            ["slirp4netns", "--netns-type=path", "--configure", path, "tap0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(way_out.kill)
        atexit.register(self.stop)

    def boot(self):
        """Start the machine and wait until systemd is done with it."""
        began = time.monotonic()
        self.booted = subprocess.Popen(
            [
                *("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", "--console=pipe"),
                *(f"--network-namespace-path=/run/netns/{NETWORK}", f"--directory={self.root}"),
                *("--resolv-conf=off", "--timezone=off"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while time.monotonic() < began + 60:
            if self.booted.poll() is not None:
                raise SystemExit(f"systemd-nspawn has ended with {self.booted.returncode}")
            state = self.inside("systemctl is-system-running", check=False, capture_output=True, text=True)
            if state is not None and state.stdout.strip() in ("running", "degraded"):
                return time.monotonic() - began
            time.sleep(0.5)
        raise SystemExit("the machine does not come up")

    def stop(self):
        if self.booted is not None and self.booted.poll() is None:
            self.booted.terminate()  # it is shut down in good order
            try:
                self.booted.wait(60)
            except subprocess.TimeoutExpired:
                self.booted.kill()
        self.booted = None

    def init(self):
        """Return the number of the machine's first process, None before it has one."""
        nspawn = self.booted.pid
        children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text().split()
        return children[0] if children else None

    def inside(self, script, check=True, **how):
        """Run a script of bash in the machine, as its root."""
        pid = self.init()
        if pid is None:
            return None
        command = ["nsenter", "--all", "--target", pid, "bash", "-c", script]
        return subprocess.run(command, check=check, env=PLAIN, **how)

    def ask(self, path, *options):
        """Return the answer of the site, through its proxy."""
        asked = f"curl -sS --cacert /etc/letsencrypt/live/{NAME}/fullchain.pem --resolve {NAME}:443:127.0.0.1"
        asked += f" --resolve {NAME}:80:127.0.0.1 {' '.join(options)} {path}"
        return self.inside(asked, check=False, stdout=subprocess.PIPE, text=True).stdout


def make(root, suite, there):
    """Put a Debian into the folder `root`, and the repository beside what is its own."""
    if there:
        run("cp", "-a", f"{there}/.", root)
    else:
        with open(root.parent / "debootstrap.log", "w") as log:
            run("debootstrap", "--include=ca-certificates", suite, root, stdout=log)
    run("git", "clone", "--quiet", "--bare", "--no-hardlinks", scratch.ROOT, root / "repository")
    (root / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")  # slirp4netns's
    (root / "etc/hostname").write_text("walk\n")
    own = list((Path("/") / TRUSTED).glob("*.crt"))
    for file in own:
        shutil.copy(file, root / TRUSTED)
    if own:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        run("chroot", root, "update-ca-certificates", env=PLAIN, **quiet)
        (root / "etc/pip.conf").write_text(f"[global]\ncert = /{BUNDLE}\n")


def check(machine):
    """Ask as readers do, and let systemd run the jobs. Yields (what, whether it holds)."""
    yield "home answers over TLS", "</html>" in machine.ask(f"https://{NAME}/")
    yield "a question answers", "application/ld+json" in machine.ask(f"https://{NAME}/articles/1/")
    yield "so does a search", "</html>" in machine.ask(f"https://{NAME}/search/?q=%E5%A4%B4%E7%97%9B")
    moved = machine.ask(f"http://{NAME}/articles/", "-o", "/dev/null", "-w", "'%{http_code} %{redirect_url}'")
    yield "HTTP leads to HTTPS", moved == f"301 https://{NAME}/articles/"
    yield (
        "the key is for root alone",
        machine.inside("stat -c %a%U /etc/healthqa.env", capture_output=True, text=True).stdout.split() == ["600root"],
    )
    liked = machine.ask(
        f"https://{NAME}/articles/1/like/",
        *("-H", "'Sec-Fetch-Site: same-origin'", "-H", "'Accept: application/json'", "-d", "liked=1"),
    )
    yield "a like is taken", '"liked": true' in liked
    style = re.search(r'/static/[^"]+\.css', machine.ask(f"https://{NAME}/"))
    headers = machine.ask(f"https://{NAME}{style[0]}", "-o", "/dev/null", "-D", "-") if style else ""
    yield "nginx gives the style sheet by itself", "immutable" in headers and "x-request-id" not in headers.lower()
    units = ["healthqa", *(f"healthqa-job@{name}.timer" for name in (*JOBS, "review_due"))]
    asked = machine.inside(f"systemctl is-active {' '.join(units)}", check=False, capture_output=True, text=True)
    yield "server and timers are active", asked.stdout.split() == ["active"] * len(units)
    for name in JOBS:
        ended = machine.inside(f"systemctl start healthqa-job@{name}", check=False)
        yield f"the job {name} ends well", ended.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="bookworm", help="of Debian (default bookworm)")
    parser.add_argument("--debian", type=Path, help="a debootstrap that is there already, and is copied")
    options = parser.parse_args()
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if os.geteuid() != 0 or lacking:
        raise SystemExit(f"needs root{''.join(f', {name}' for name in lacking)}")
    script, root = commands(), scratch.folder() / "machine"
    root.mkdir()
    began = time.monotonic()
    make(root, options.suite, options.debian)
    print(f"an empty Debian ({options.suite}): {time.monotonic() - began:.0f} s", flush=True)
    machine = Machine(root)
    print(f"booted: {machine.boot():.0f} s", flush=True)
    began = time.monotonic()
    walked = machine.inside(f"set -euo pipefail\n{CERTBOT}\n{script}", check=False, stdin=subprocess.DEVNULL)
    print(f"the walk: {time.monotonic() - began:.0f} s, status {walked.returncode}", flush=True)
    if walked.returncode:
        raise SystemExit(1)
    wrong = 0
    for what, holds in check(machine):
        wrong += not holds
        print(f"{'holds' if holds else 'FAILS'}  {what}", flush=True)
    machine.stop()
    seconds = machine.boot()
    machine.inside("for i in $(seq 60); do curl -fso /dev/null 127.0.0.1:8000/healthz && break; sleep 1; done")
    holds = "</html>" in machine.ask(f"https://{NAME}/")
    print(f"{'holds' if holds else 'FAILS'}  booted anew ({seconds:.0f} s), home answers")
    if wrong or not holds:
        sys.stdout.flush()
        machine.inside("systemctl --failed; journalctl -q -n 60 -o cat -u 'healthqa*' -u nginx", check=False)
    raise SystemExit(0 if holds and not wrong else 1)


if __name__ == "__main__":
    main()
