"""Templates of public pages as functions: Django parses them and says what they mean, and rendering costs a fraction.

Django asks anew with each page what can be known once: whether a filter wants to know about escaping, which block of
which template stands where. Here a template becomes one expression of Python, with the names that it may use in `s`.
Where that fails, whatever the reason (an attribute that is not there, a method with arguments), Django renders the
template instead, so that nothing means another thing here than there: tests/wiring/test_compiled.py compares pages byte
for byte, and sees that none of them needs Django. A tag that is not listed in MAKERS is refused.

What is compiled is rendered without a request, as `render_to_string(name, context)` does it, and escapes everywhere.
"""

import html
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from keyword import iskeyword
from typing import Any

from django.conf import settings
from django.template import Context, Node, NodeList, Template, TemplateSyntaxError, Variable, library
from django.template.base import FilterExpression, TextNode, VariableNode, render_value_in_context
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode, TemplateLiteral, URLNode, WithNode
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.static import StaticNode
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe

logger = logging.getLogger(__name__)

Scope = dict[str, Any]  # the names that a template may use
Part = Callable[[Scope], str]
Blocks = dict[str, BlockNode]  # by name: the one that the last of the templates that extend each other has

BUILTINS: Scope = {"True": True, "False": False, "None": None}
PLAIN = Context()  # what is said of times and numbers in all templates alike


def render(name: str, context: Mapping[str, Any]) -> str:
    """Return what the template `name` makes of `context`, as render_to_string() without a request does."""
    if settings.DEBUG:  # templates are read anew with each page, and errors tell their line
        return render_to_string(name, dict(context))
    return compiled(name)({**BUILTINS, **context})


@cache
def compiled(name: str) -> Part:
    return Compiler(parsed(name)).whole()


def parsed(name: str) -> Any:
    return get_template(name).template  # type: ignore[attr-defined]


class Keyed(dict[type, bool]):
    """Whether a name after a point is looked for as a key first, by types: not where keys are numbers."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = hasattr(kind, "__getitem__") and not issubclass(kind, (tuple, list, str))
        return self[kind]


def keyed(value: Any, name: str) -> Any:
    """Return what a name after a point stands for where it may be a key: a form has its fields so."""
    try:
        return value[name]
    except (KeyError, TypeError, ValueError):
        return getattr(value, name)


def called(value: Any) -> Any:
    """Return what stands for a value in a template: of a method, its result. Raises TypeError where Django decides."""
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise TypeError
    return value()


def shown(value: Any) -> str:
    return str(render_value_in_context(value, PLAIN))


def listed(rows: Collection[Any] | None) -> list[Any]:
    """Return the rows of a loop. Raises TypeError before it uses up what can be read only once: Django may have to."""
    return list(rows) if rows is not None and len(rows) else []


def rounds(rows: list[Any], names: list[str], is_reversed: bool, scope: Scope) -> Iterator[Scope]:
    """Yield the names of each round of a loop: the same dictionary, as the loop has no use for the last one."""
    inner, number = {**scope}, len(rows)
    loop = inner["forloop"] = {"parentloop": scope.get("forloop", {})}
    for i, row in enumerate(reversed(rows) if is_reversed else rows):
        loop.update(counter0=i, counter=i + 1, revcounter=number - i, revcounter0=number - i - 1)
        loop.update(first=i == 0, last=i == number - 1)
        inner.update(zip(names, row, strict=True) if len(names) > 1 else {names[0]: row})
        yield inner


KNOWN: Scope = {
    "K": Keyed(),
    "SafeString": SafeString,
    "called": called,
    "compiled": compiled,
    "conditional_escape": conditional_escape,
    "escape": html.escape,
    "keyed": keyed,
    "listed": listed,
    "rounds": rounds,
    "shown": shown,
}


class Compiler:
    """Makes a template and those that it extends into one function.

    Its methods return expressions: `s` stands in them for the names that may be used, `v` for what was found last,
    `c1`, `c2` … for what is always the same.
    """

    def __init__(self, template: Template) -> None:
        self.template, self.known = template, dict(KNOWN)
        self.blocks: Blocks = {}
        self.may_name = False  # whether a tag may name something: not where Django forgets it sooner than `s` does

    def whole(self) -> Part:
        """Return the function of the whole template."""
        template = self.template
        expression = self.extended(template)
        fast: Part = eval(f"lambda s: {expression}", self.known)  # noqa: S307 - made of nothing but our own templates

        def render_whole(scope: Scope) -> str:
            try:
                return fast(scope)
            except Exception as error:  # whatever it was, Django knows what it means
                logger.warning("%s: %s, so Django renders it, slowly", template.name, type(error).__name__)
                return template.render(Context(scope))

        return render_whole

    def extended(self, template: Template) -> str:
        extends: Any = next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)
        if extends is None:
            return self.parts(template.nodelist)
        self.blocks = {**extends.blocks, **self.blocks}
        return self.extended(parsed(self.name(extends.parent_name)))

    def always(self, value: Any) -> str:
        """Return the name of what is always the same."""
        name = f"c{len(self.known)}"
        self.known[name] = value
        return name

    def parts(self, nodes: NodeList) -> str:
        """Return what renders the nodes one after the other."""
        made = [self.part(node) for node in nodes if not isinstance(node, (CommentNode, LoadNode))]
        return made[0] if len(made) == 1 else f"''.join(({''.join(f'{one}, ' for one in made)}))"

    def scoped(self, nodes: NodeList, may_name: bool) -> str:
        before, self.may_name = self.may_name, may_name
        made = self.parts(nodes)
        self.may_name = before
        return made

    def part(self, node: Node) -> str:
        if type(node) not in MAKERS:
            raise TemplateSyntaxError(f"{self.template.name}: {node.token} is not in MAKERS of healthqa/compiled.py")
        return MAKERS[type(node)](self, node)

    def text(self, node: Any) -> str:
        return self.always(node.s)

    def by_django(self, node: Any) -> str:
        """Let Django render a node that remembers nothing from one time to the next."""
        template = self.template
        if (node.asvar if isinstance(node, URLNode) else node.varname) and not self.may_name:
            raise TemplateSyntaxError(f"{template.name}: {node.token} names something outside of a block")

        def render_node(scope: Scope) -> str:
            context = Context(scope)
            with context.render_context.push_state(template), context.bind_template(template):
                return str(node.render_annotated(context))

        return f"{self.always(render_node)}(s)"

    def name(self, expression: Any) -> str:
        """Return the name of another template, which must be a plain one."""
        if not isinstance(expression.var, str) or expression.filters:
            raise TemplateSyntaxError(f"{self.template.name}: the template {expression} is not named by its name")
        return str(expression.var)

    def variable(self, node: Any) -> str:
        value = self.value(node.filter_expression)
        return f"(v if (t := type(v := {value})) is SafeString else escape(v) if t is str else shown(v))"

    def choice(self, node: Any) -> str:
        made = ""
        for test, then in node.conditions_nodelists:
            made += f"{self.parts(then)} if {self.condition(test)} else " if test else self.parts(then)
        return f"({made})" if node.conditions_nodelists[-1][0] is None else f"({made}'')"

    def condition(self, test: Any) -> str:
        """Return whether {% if %} holds. Its operators are Python's; where one fails, Django says what that means."""
        if type(test) is TemplateLiteral:
            return self.value(test.value, missing=None)  # type: ignore[arg-type]
        if test.second is None:
            return f"({test.id} {self.condition(test.first)})"
        return f"({self.condition(test.first)} {test.id} {self.condition(test.second)})"

    def loop(self, node: Any) -> str:
        names = self.always((node.loopvars, node.is_reversed))
        rows = f"listed({self.value(node.sequence, missing=None)})"
        each = f"''.join([{self.scoped(node.nodelist_loop, False)} for s in rounds(v, *{names}, s)])"
        return f"({each} if (v := {rows}) else {self.scoped(node.nodelist_empty, False)})"

    def named(self, node: Any) -> str:
        return f"(lambda s: {self.scoped(node.nodelist, True)})({self.scope(node.extra_context)})"

    def included(self, node: Any) -> str:
        names = self.scope(node.extra_context, self.always(BUILTINS) if node.isolated_context else "s")
        return f"compiled({self.always(self.name(node.template))})({names})"

    def block(self, node: Any) -> str:
        # In a copy: what a tag names within a block is no name behind it.
        return f"(lambda s: {self.scoped(self.blocks.get(node.name, node).nodelist, True)})({{**s}})"

    def called(self, node: Any) -> str:
        if node.takes_context or node.target_var is not None:
            raise TemplateSyntaxError(f"{self.template.name}: {node.token} wants more than its arguments")
        arguments = ", ".join([*map(self.value, node.args), f"**{self.scope(node.kwargs, '{}')}"])
        return f"(v if type(v := {self.always(node.func)}({arguments})) is SafeString else conditional_escape(v))"

    def scope(self, values: Mapping[str, FilterExpression], others: str = "s") -> str:
        named = (f"{self.always(name)}: {self.value(expression)}" for name, expression in values.items())
        return "{" + ", ".join([f"**{others}", *named]) + "}"

    def value(self, expression: FilterExpression, missing: str | None = "") -> str:
        """Return the value of an expression; `missing` stands for a name that is not there."""
        is_name = isinstance(expression.var, Variable)
        value = self.found(expression.var, missing) if is_name else self.always(expression.var)
        for function, arguments in expression.filters:
            value = self.filtered(value, function, arguments)
        return value

    def filtered(self, value: str, function: Callable[..., Any], arguments: Iterable[tuple[bool, Any]]) -> str:
        """Return the value after one filter, as FilterExpression.resolve() has it."""
        takes = [self.found(one) if is_variable else self.always(mark_safe(one)) for is_variable, one in arguments]
        if getattr(function, "needs_autoescape", False):
            takes.append("autoescape=True")
        return f"{self.always(with_marks(function))}({', '.join([value, *takes])})"

    def found(self, variable: Any, *missing: Any) -> str:
        """Return what a variable stands for, or `missing`; without that, the expression fails."""
        if variable.lookups is None or variable.translate:
            return self.always(variable.resolve(PLAIN))
        first, *bits = variable.lookups
        if first == "block":  # which Django names itself, with what the template above has in it
            raise TemplateSyntaxError(f"{self.template.name}: {variable.var} is not known to healthqa/compiled.py")
        value = f"(called(v) if callable(v := s[{first!r}]) else v)"
        for bit in bits:
            attribute = f"getattr(v, {bit!r})" if iskeyword(bit) else f"v.{bit}"
            otherwise = f"v[{int(bit)}]" if bit.isdecimal() else attribute
            value = f"(called(v) if callable(v := keyed(v, {bit!r}) if K[type(v := {value})] else {otherwise}) else v)"
        return f"({value} if {first!r} in s else {self.always(missing[0])})" if missing else value


def with_marks(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that leaves safe what it says to leave safe, and gets local times where it wants them."""
    is_safe, wants_local = getattr(function, "is_safe", False), getattr(function, "expects_localtime", False)
    if not is_safe and not wants_local:
        return function

    def filtered(value: Any, *arguments: Any, **named: Any) -> Any:
        if wants_local:
            value = timezone.template_localtime(value)  # type: ignore[attr-defined]
        made = function(value, *arguments, **named)
        return mark_safe(made) if is_safe and isinstance(value, SafeData) else made

    return filtered


MAKERS: dict[type[Node], Callable[[Compiler, Any], str]] = {
    BlockNode: Compiler.block,
    ForNode: Compiler.loop,
    IfNode: Compiler.choice,
    IncludeNode: Compiler.included,
    StaticNode: Compiler.by_django,
    TextNode: Compiler.text,
    URLNode: Compiler.by_django,
    VariableNode: Compiler.variable,
    WithNode: Compiler.named,
    library.SimpleNode: Compiler.called,
}
