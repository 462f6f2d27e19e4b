"""The scripts of the admin: many on one page, none in the way of another."""

import re

import pytest
from django.conf import settings

SCRIPTS = sorted((settings.BASE_DIR / "static/js/admin").glob("*.js"))
SOURCES = [
    *(settings.BASE_DIR / "articles").rglob("*.py"),
    *(settings.BASE_DIR / "templates").rglob("*.html"),
]


@pytest.fixture(scope="module")
def modules():
    """The names of the scripts that are loaded as modules, or by one, and so have names of their own."""
    loaded = set()
    for path in SOURCES:
        if "tests" not in path.relative_to(settings.BASE_DIR).parts:
            for call in re.findall(r"[^\n]*js/admin/[\w-]+\.js[^\n]*", path.read_text()):
                if 'type="module"' in call:
                    loaded.update(re.findall(r"js/admin/([\w-]+)\.js", call))
    return loaded


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_names_nothing_that_another_could_name_too(path, modules):
    text = path.read_text()
    is_module = path.stem in modules or re.search(r"^(?:import|export)\b", text, re.MULTILINE)
    assert is_module or not re.search(r"^(?:const|let|var|class|(?:async )?function)\b", text, re.MULTILINE)
