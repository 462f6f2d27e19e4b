"""Templates as functions say what Django's own rendering says, byte for byte."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, TemplateSyntaxError, engines
from django.utils.safestring import mark_safe

from articles.tests.public_pages import PLACES, address_of, make_site
from healthqa.compiled import BUILTINS, Compiler

CHANGING = {"metrics"}  # figures


class Person:
    name, bold = "王<b>", mark_safe("<b>王</b>")

    def greeting(self):
        return f"你好，{self.name}"

    def greet(self, whom):
        return whom

    def erase(self):
        raise AssertionError("erased")

    erase.alters_data = True

    @property
    def missing(self):
        raise ObjectDoesNotExist

    @property
    def broken(self):
        raise ValueError("broken")


NAMES = {
    "person": Person(),
    "text": 'a<b>&"c',
    "safe": mark_safe("<i>x</i>"),
    "rows": [("a", 1), ("b", 2)],
    "none": None,
    "zero": 0,
    "big": 1234567,
    "half": 0.5,
    "known": {"items": "a key first", "1": "one"},
    "moment": datetime(2026, 1, 1, 20, tzinfo=UTC),
    "call": lambda: "called",
}
SAME = [
    "plain {# said to nobody #}text{% comment %}nor this{% endcomment %}",
    "{{ text }} {{ safe }} {{ none }} {{ zero }} {{ big }} {{ half }} {{ moment }} {{ True }} {{ 3 }} {{ 'a<b' }}",
    "{{ person.name }} {{ person.bold }} {{ person.greeting }} {{ person.greet }} {{ person.erase }} {{ call }}",
    "{{ nobody }}{{ nobody.name }}{{ person.nothing }}{{ person.missing }}{{ text.0 }}{{ rows.0.1 }}{{ rows.9 }}",
    "{{ known.items }} {{ known.1 }} {{ known.nothing }} {{ known.keys }}",
    "{{ text|upper }} {{ safe|upper }} {{ nobody|default:text }} {{ none|default:safe }}",
    "{{ text|default:nobody.name }}",
    "{{ rows|length }} {{ rows|slice:':1' }} {{ big|stringformat:'d' }} {{ text|linebreaks }} {{ safe|linebreaks }}",
    "{{ moment|date:'Y-m-d H:i' }} {{ moment|time }} {{ nobody|length }} {{ text|truncatechars:3 }}",
    "{% if text %}a{% endif %}{% if nobody %}b{% elif none %}c{% else %}d{% endif %}",
    "{% if not nobody.name %}e{% endif %}",
    "{% if zero == 0 and text != 'x' or nobody %}a{% endif %}{% if 'a' in text %}b{% endif %}",
    "{% if 1 in zero %}c{% endif %}",
    "{% if rows|length > 1 %}a{% endif %}{% if nobody is None %}b{% endif %}{% if person.missing %}c{% endif %}",
    "{% if text|default:nobody.name %}a{% else %}b{% endif %}{% if not text|default:nobody.name %}c{% endif %}",
    "{% for a, b in rows %}{{ forloop.counter }}{{ a }}{{ b }}{% if not forloop.last %},{% endif %}{% endfor %}{{ a }}",
    "{% for row in rows reversed %}{{ row.0 }}{{ forloop.revcounter0 }}{% endfor %}",
    "{% for x in none %}{{ x }}{% empty %}-{% endfor %}",
    "{% for a, b in rows %}{% for c in text %}{{ forloop.parentloop.counter }}{{ c }}{% endfor %}{% endfor %}",
    "{% with text=person.name other=zero %}{{ text }}{{ other }}{% endwith %}{{ text }}",
    "{% include 'articles/_crumb.html' with path=text %}{% include 'articles/_crumb.html' with name=safe only %}",
    "{% load static %}{% static 'css/site.css' %} {% with a=text %}{% url 'articles:tags' as there %}{{ there }}"
    "{% endwith %}{{ there }}",
    "{% block a %}{% url 'articles:tags' as there %}{{ there }}{% endblock %}{% block b %}{{ there }}{% endblock %}",
    "{% load fragments %}{% fragment 'articles/_link_pill.html' name=text path='/a' %}",
    "{{ known.class }}{{ person.from }}{{ rows.01.0 }}",
    "{% load bodies times %}{{ text|broken }}{{ moment|iso }}{{ moment|minute }}",
]


def both(source):
    """Return what Django and what the compiled template make of a source, or the type of the error of each."""
    template = engines["django"].from_string(source).template
    outcomes = []
    for render in (
        lambda: template.render(Context(dict(NAMES))),
        lambda: Compiler(template).whole()({**BUILTINS, **NAMES}),
    ):
        try:
            outcomes.append(str(render()))
        except Exception as error:
            outcomes.append(type(error))
    return outcomes


@pytest.mark.parametrize("source", SAME)
def test_what_a_template_says_does_not_depend_on_who_renders_it(source):
    by_django, compiled = both(source)
    assert compiled == by_django
    assert isinstance(compiled, str) or "default:nobody" in source  # a name that is not there may be no argument


def test_what_can_be_read_only_once_is_read_by_whoever_renders(caplog):
    template = engines["django"].from_string("{% for x in once %}{{ x }}{% endfor %}{{ text.nothing }}").template
    assert Compiler(template).whole()({**BUILTINS, "once": iter("abc"), "text": "a"}) == "abc"
    assert "so Django renders it, slowly" in caplog.text


def test_an_error_in_the_site_is_no_empty_place():
    assert both("{{ person.broken }}") == [ValueError, ValueError]
    assert both("{% for a, b in text %}{{ a }}{% endfor %}") == [ValueError, ValueError]
    assert both("{% for a in zero %}{{ a }}{% empty %}-{% endfor %}") == [TypeError, TypeError]


@pytest.mark.parametrize(
    "source",
    [
        "{% cycle 'a' 'b' %}",
        "{% autoescape off %}{{ text }}{% endautoescape %}",
        "{% include text %}",
        "{% block a %}{{ block }}{% endblock %}",
        "{% for a, b in rows %}{{ there }}{% url 'articles:tags' as there %}{% endfor %}",
        "{% for a in none %}{% empty %}{% url 'articles:tags' as there %}{% endfor %}{{ there }}",
        "{{ there }}{% url 'articles:tags' as there %}{{ person.nothing }}",
        "{% extends 'base.html' %}{% block main %}{{ block.super }}{% endblock %}",
        "{% load fragments %}{% fragment 'articles/_crumb.html' as crumb %}",
    ],
)
def test_what_would_mean_something_else_is_refused_and_not_rendered(source):
    with pytest.raises(TemplateSyntaxError):
        Compiler(engines["django"].from_string(source).template).whole()


@pytest.mark.django_db
@pytest.mark.parametrize("place", sorted(PLACES.keys() - CHANGING))
def test_every_page_is_what_django_would_have_rendered(place, client, settings, media_root):
    site = make_site()
    address = address_of(place, site)
    response = client.get(address)
    compiled = b"".join(response)
    assert not response.templates  # which Django has rendered
    settings.DEBUG = True  # then it renders them all
    assert compiled == b"".join(client.get(address))
