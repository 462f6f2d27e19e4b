"""Style sheets and scripts as readers get them say what their sources say, in fewer bytes."""

import pytest
import tinycss2
from django.conf import settings

from healthqa.lean import lean

SOURCES = settings.BASE_DIR / "static"
NAMES = [path.relative_to(SOURCES).as_posix() for kind in ("css", "js") for path in SOURCES.glob(f"{kind}/*.{kind}")]


def tokens(css):
    """What a style sheet says: its tokens without the spaces and semicolons that may be written or left out."""
    found = tinycss2.parse_component_value_list(css, skip_comments=True)
    return [token for token in flat(found) if token not in (" ", ";")]


def flat(values):
    for value in values:
        if hasattr(value, "content") and not isinstance(value.content, str):
            yield value.type
            yield from flat(value.content)
        elif hasattr(value, "arguments"):
            yield value.name
            yield from flat(value.arguments)
        else:
            yield " " if value.type == "whitespace" else value.serialize()


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("css")])
def test_a_style_sheet_keeps_every_rule(name):
    source = (SOURCES / name).read_text()
    made = lean(name, source)
    assert len(made) < len(source) * 0.9
    assert "/*" not in made
    assert tokens(made) == tokens(source)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("js")])
def test_a_script_keeps_every_line_that_is_run(name):
    source = (SOURCES / name).read_text()
    run = [line.strip() for line in source.splitlines()]
    assert lean(name, source).splitlines() == [line for line in run if line and not line.startswith("//")]


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("css/a.css", 'a::before { content: "/* { } */"; }\n', 'a::before{content: "/* { } */";}'),
        ("css/a.css", "a > b :hover,\nc { width: calc(1px + 2px); }", "a > b :hover,c{width: calc(1px + 2px);}"),
        ("js/a.js", "const a = `\n  // not a comment\n`;\n", "const a = `\n  // not a comment\n`;\n"),
        ("js/a.js", 'const a = "https://a.example";\n', 'const a = "https://a.example";\n'),
        ("admin/css/a.css", "a { }  /* theirs */", "a { }  /* theirs */"),
    ],
)
def test_what_only_looks_like_a_comment_or_is_not_ours_stays(name, text, made):
    assert lean(name, text) == made
