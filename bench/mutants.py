"""Which small faults the tests of a module notice.

    python bench/mutants.py [--number N] [--seed S] [--jobs J] MODULE…

A seeded sample of N mutants of each module (mutations.py says what is changed; `--number 0` takes all) is tried in
copies of the working tree, each against the module's own tests until the first failure or a time limit, which counts as
noticed. mutants.toml says which tests are whose, and which mutants change nothing that anybody could see. The tree
itself is never touched, and the same seed tries the same mutants. DATABASE_URL is passed on; with it, one at a time.
"""

import argparse
import ast
import importlib.util
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutations import mutants_of

ROOT = Path(__file__).resolve().parent.parent
TABLE = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text())
PYTEST = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
LIMIT = 4  # times what the tests take without a fault, and half a minute more for a busy machine


class Copy:
    """A copy of what git knows or would add, with the changes that are not committed."""

    def __init__(self, folder):
        self.folder = Path(folder)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
            if name and (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)

    def write(self, path, source):
        file = self.folder / path
        file.write_text(source)
        # Compiled code is told apart by time in seconds and size: two mutants may have both in common.
        Path(importlib.util.cache_from_source(file)).unlink(missing_ok=True)

    def passes(self, tests, limit=None):
        """Run tests; return whether all pass within `limit` seconds."""
        process = subprocess.Popen(
            [*PYTEST, *tests],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(limit) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def notices(self, mutant, tests, limit):
        self.write(mutant.path, mutant.source)
        try:
            return not self.passes(tests, limit)
        finally:
            self.write(mutant.path, (ROOT / mutant.path).read_text())


def tests_of(path):
    """Return the tests of a module: those that the table names, else the ones that mirror it, else its whole room."""
    named = [part for part in (path, *map(str, Path(path).parents)) if part in TABLE["tests"]]
    if named:
        return TABLE["tests"][named[0]]
    top, *rooms, name = Path(path).parts
    room = Path(top, "tests", *rooms) if top == "articles" else Path("articles/tests/wiring")
    mirror = room / f"test_{name}"
    return [str(mirror if (ROOT / mirror).exists() else room)]


def counted(path):
    """Return the mutants of a module without the equivalent ones. Ends the program where one of these is not found."""
    mutants = mutants_of(path, (ROOT / path).read_text())
    listed = {(row["where"], row["change"]) for row in TABLE.get("equivalent", []) if row["module"] == path}
    if strange := listed - {(mutant.where, mutant.change) for mutant in mutants}:
        sys.exit("\n".join(f"{path}: no such mutant: {where}: {change}" for where, change in sorted(strange)))
    return [mutant for mutant in mutants if (mutant.where, mutant.change) not in listed]


def modules_of(names):
    for name in names:
        path = ROOT / name
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (str(file.relative_to(ROOT)) for file in found)


def sample_of(path, number, seed):
    mutants = sorted(counted(path), key=lambda mutant: mutant.rank(seed))
    return sorted(mutants[: number or None], key=lambda mutant: (mutant.line, mutant.change))


def try_module(path, sample, copies):
    """Try mutants, say of each whether it was noticed, and return how many were."""
    tests = tests_of(path)
    print(f"\n{path}: {len(sample)} mutants, {' '.join(tests)}", flush=True)
    for one in copies:
        one.write(path, ast.unparse(ast.parse((ROOT / path).read_text())))  # what a mutant is made of, without a fault
    started = time.monotonic()
    if not copies[0].passes(tests):
        sys.exit("these tests fail without a fault, too")
    limit = LIMIT * (time.monotonic() - started) + 30
    free = queue.SimpleQueue()
    for one in copies:
        free.put(one)

    def is_noticed(mutant):
        one = free.get()
        try:
            return one.notices(mutant, tests, limit)
        finally:
            free.put(one)

    noticed = 0
    with ThreadPoolExecutor(len(copies)) as pool:
        for mutant, answer in zip(sample, pool.map(is_noticed, sample), strict=True):
            noticed += answer
            word = "noticed    " if answer else "NOT noticed"
            print(f"  {word}  {path}:{mutant.line}  {mutant.where}: {mutant.change}", flush=True)
    print(f"{path}: {share(noticed, len(sample))}", flush=True)
    return noticed


def share(noticed, tried):
    return f"{noticed} of {tried} noticed" + (f", {100 * noticed / tried:.0f} %" if tried else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("modules", nargs="+", help="files or folders, from the root of the repository")
    parser.add_argument("--number", type=int, default=20, help="mutants of each module; 0: all")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=1 if os.environ.get("DATABASE_URL") else 2)
    parser.add_argument("--list", action="store_true", help="only say which mutants would be tried")
    arguments = parser.parse_args()
    samples = {path: sample_of(path, arguments.number, arguments.seed) for path in modules_of(arguments.modules)}
    if arguments.list:
        for path, sample in samples.items():
            for mutant in sample:
                print(f"{path}:{mutant.line}  {mutant.where}: {mutant.change}")
        return
    with tempfile.TemporaryDirectory(prefix="healthqa-mutants-") as folder:
        copies = [Copy(Path(folder, str(number))) for number in range(arguments.jobs)]
        noticed = sum(try_module(path, sample, copies) for path, sample in samples.items() if sample)
    print(f"\nall: {share(noticed, sum(map(len, samples.values())))}")


if __name__ == "__main__":
    main()
