"""Templates of public pages as functions: Django parses them and says what they mean, and rendering costs a fraction.

Django asks anew with each page what can be known once: whether a name is a key or an attribute, whether a filter wants
to know about escaping, which block of which template stands where. Here each node becomes a function of the names that
it may use. Whatever is not simple (a name that is not there, a method with arguments) is
given to Django's own node or variable, so that nothing means another thing here than there: tests/wiring/
test_compiled.py compares pages byte for byte. A tag that is not listed in MAKERS is refused.

What is compiled is rendered without a request, as `render_to_string(name, context)` does it, and escapes everywhere.
"""

import html
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cache
from typing import Any

from django.conf import settings
from django.template import (
    Context,
    Node,
    NodeList,
    Template,
    TemplateSyntaxError,
    Variable,
    VariableDoesNotExist,
    library,
)
from django.template.base import FilterExpression, TextNode, VariableNode, render_value_in_context
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode, TemplateLiteral, URLNode, WithNode
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.static import StaticNode
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe

Scope = dict[str, Any]  # the names that a template may use
Part = Callable[[Scope], str]
Value = Callable[[Scope], Any]
Blocks = dict[str, BlockNode]  # by name: the one that the last of the templates that extend each other has

MISSING = object()
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


class Compiler:
    """Makes a template and those that it extends into one function."""

    def __init__(self, template: Template, blocks: Blocks | None = None) -> None:
        self.template, self.blocks = template, blocks or {}

    def whole(self) -> Part:
        extends: Any = next((node for node in self.template.nodelist if isinstance(node, ExtendsNode)), None)
        if extends is None:
            return self.parts(self.template.nodelist)
        parent = parsed(self.name(extends.parent_name))
        return Compiler(parent, {**extends.blocks, **self.blocks}).whole()

    def parts(self, nodes: NodeList) -> Part:
        """Return what renders the nodes one after the other: one text with places for what is not always the same."""
        text, made = "", list[Part]()
        for node in nodes:
            if isinstance(node, TextNode):
                text += node.s.replace("%", "%%")
            elif not isinstance(node, (CommentNode, LoadNode)):
                text += "%s"
                made.append(self.part(node))
        if not made:
            text %= ()
            return lambda scope: text
        return made[0] if text == "%s" else lambda scope: text % tuple([one(scope) for one in made])

    def part(self, node: Node) -> Part:
        if type(node) not in MAKERS:
            raise TemplateSyntaxError(f"{self.template.name}: {node.token} is not in MAKERS of healthqa/compiled.py")
        return MAKERS[type(node)](self, node)

    def by_django(self, node: Any) -> Part:
        """Return what lets Django render a node that remembers nothing from one time to the next."""
        template = self.template

        def render_node(scope: Scope) -> str:
            context = Context(scope)
            with context.render_context.push_state(template), context.bind_template(template):
                return str(node.render_annotated(context))

        return render_node

    def name(self, expression: Any) -> str:
        """Return the name of another template, which must be a plain one."""
        if not isinstance(expression.var, str) or expression.filters:
            raise TemplateSyntaxError(f"{self.template.name}: the template {expression} is not named by its name")
        return str(expression.var)

    def variable(self, node: Any) -> Part:
        value = self.value(node.filter_expression)
        escape = html.escape

        def render_variable(scope: Scope) -> str:
            found = value(scope)
            if type(found) is SafeString:
                return found
            return escape(found) if type(found) is str else render_value_in_context(found, PLAIN)

        return render_variable

    def choice(self, node: Any) -> Part:
        tests = node.conditions_nodelists
        branches = [(self.condition(test) if test else None, self.parts(then)) for test, then in tests]

        def render_choice(scope: Scope) -> str:
            for is_so, then in branches:
                if is_so is None or is_so(scope):
                    return then(scope)
            return ""

        (only, body), *others = branches
        return render_choice if others or only is None else lambda scope: body(scope) if only(scope) else ""

    def condition(self, test: Any) -> Value:
        """Return what tells whether an {% if %} holds; its operators stay Django's."""
        is_so: Value = self.operand(test).eval
        if type(test) is TemplateLiteral:  # operators keep every error to themselves
            return self.forgiving(is_so)
        return is_so

    def forgiving(self, is_so: Value) -> Value:
        """Return a value that is None where a filter lacks its argument."""

        def holds(scope: Scope) -> Any:
            try:
                return is_so(scope)
            except VariableDoesNotExist:
                return None

        return holds

    def operand(self, test: Any) -> Any:
        if type(test) is TemplateLiteral:
            return Operand(self.value(test.value, missing=None))  # type: ignore[arg-type]
        operator = copy(test)
        operator.first = self.operand(test.first)
        operator.second = test.second and self.operand(test.second)
        return operator

    def loop(self, node: Any) -> Part:
        sequence, names = self.value(node.sequence, missing=None), node.loopvars
        body, empty, is_reversed = self.parts(node.nodelist_loop), self.parts(node.nodelist_empty), node.is_reversed

        def render_loop(scope: Scope) -> str:
            found = sequence(scope)
            rows = [] if found is None else list(found)
            if not rows:
                return empty(scope)
            if is_reversed:
                rows.reverse()
            inner, made, number = {**scope}, [], len(rows)
            loop = inner["forloop"] = {"parentloop": scope.get("forloop", {})}
            for i, row in enumerate(rows):
                loop.update(counter0=i, counter=i + 1, revcounter=number - i, revcounter0=number - i - 1)
                loop.update(first=i == 0, last=i == number - 1)
                inner.update(zip(names, row, strict=True) if len(names) > 1 else {names[0]: row})
                made.append(body(inner))
            return "".join(made)

        return render_loop

    def named(self, node: Any) -> Part:
        values, body = self.values(node.extra_context), self.parts(node.nodelist)
        return lambda scope: body({**scope, **given(values, scope)})

    def included(self, node: Any) -> Part:
        name, values = self.name(node.template), self.values(node.extra_context)
        if node.isolated_context:
            return lambda scope: compiled(name)({**BUILTINS, **given(values, scope)})
        return lambda scope: compiled(name)({**scope, **given(values, scope)})

    def block(self, node: Any) -> Part:
        body = self.parts(self.blocks.get(node.name, node).nodelist)
        return lambda scope: body({**scope})  # what a tag names within a block is no name behind it

    def called(self, node: Any) -> Part:
        if node.takes_context or node.target_var is not None:
            raise TemplateSyntaxError(f"{self.template.name}: {node.token} wants more than its arguments")
        function, names = node.func, self.values(node.kwargs)
        arguments = [self.value(argument) for argument in node.args]

        def call(scope: Scope) -> str:
            return conditional_escape(function(*[one(scope) for one in arguments], **given(names, scope)))

        return call

    def values(self, expressions: Mapping[str, FilterExpression]) -> list[tuple[str, Value]]:
        return [(name, self.value(expression)) for name, expression in expressions.items()]

    def value(self, expression: FilterExpression, missing: str | None = "") -> Value:
        """Return what finds the value of an expression; `missing` stands for a name that is not there."""
        is_name = isinstance(expression.var, Variable)
        value = self.found(expression.var, missing) if is_name else always(expression.var)
        for function, arguments in expression.filters:
            value = self.filtered(value, function, arguments)
        return value

    def filtered(self, value: Value, function: Callable[..., Any], arguments: Iterable[tuple[bool, Any]]) -> Value:
        """Return the value after one filter, as FilterExpression.resolve() has it."""
        takes = [self.argument(one) if is_variable else always(mark_safe(one)) for is_variable, one in arguments]
        named = {"autoescape": True} if getattr(function, "needs_autoescape", False) else {}
        is_safe, wants_local = getattr(function, "is_safe", False), getattr(function, "expects_localtime", False)

        def after(scope: Scope) -> Any:
            before = value(scope)
            if wants_local:
                before = timezone.template_localtime(before)  # type: ignore[attr-defined]
            made = function(before, *[take(scope) for take in takes], **named)
            return mark_safe(made) if is_safe and isinstance(before, SafeData) else made

        return after

    def argument(self, variable: Variable) -> Value:
        find = self.found(variable, MISSING)

        def value(scope: Scope) -> Any:
            found = find(scope)
            if found is MISSING:
                raise VariableDoesNotExist("%s is no name here", (variable.var,))
            return found

        return value

    def found(self, variable: Any, missing: Any) -> Value:
        """Return what finds a variable, or returns `missing`. What is not simple is looked for by Django."""
        if variable.lookups is None or variable.translate:
            return always(variable.resolve(PLAIN))
        if variable.var == "block.super":  # would be an empty place
            raise TemplateSyntaxError(f"{self.template.name}: {variable.var} is not known to healthqa/compiled.py")
        first, *bits = variable.lookups
        template = self.template

        def find(scope: Scope) -> Any:
            if first not in scope:
                return missing
            value = scope[first]
            try:
                if callable(value):
                    value = called(value)
                for bit in bits:
                    kind = type(value)
                    by_key = KEYED[kind] if kind in KEYED else is_keyed(kind)
                    value = value[bit] if by_key else getattr(value, bit)
                    if callable(value):
                        value = called(value)
            except Exception:  # whatever it was, Django knows what it means
                context = Context(scope)
                context.template = template
                try:
                    return variable.resolve(context)
                except VariableDoesNotExist:
                    return missing
            return value

        return find


class Operand:
    """Stands in a condition where Django's own operators ask for a value."""

    def __init__(self, value: Value) -> None:
        self.eval = value


KEYED: dict[type, bool] = {}


def is_keyed(kind: type) -> bool:
    """Tell whether a name after a point is looked for as a key first: not where keys are numbers."""
    KEYED[kind] = hasattr(kind, "__getitem__") and not issubclass(kind, (tuple, list, str))
    return KEYED[kind]


def called(value: Any) -> Any:
    """Return what stands for a value in a template: of a method, its result. Raises TypeError where Django decides."""
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise TypeError
    return value()


def always(value: Any) -> Value:
    return lambda scope: value


def given(values: Iterable[tuple[str, Value]], scope: Scope) -> Scope:
    return {name: value(scope) for name, value in values}


MAKERS: dict[type[Node], Callable[[Compiler, Any], Part]] = {
    BlockNode: Compiler.block,
    ForNode: Compiler.loop,
    IfNode: Compiler.choice,
    IncludeNode: Compiler.included,
    library.SimpleNode: Compiler.called,
    StaticNode: Compiler.by_django,
    URLNode: Compiler.by_django,
    VariableNode: Compiler.variable,
    WithNode: Compiler.named,
}
