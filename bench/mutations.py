"""Small faults to put into a module: each a place of its syntax tree, and what stands there instead.

Comparisons turned and moved by their boundary, `and` for `or`, a condition left out or always the same, `not` dropped,
numbers one more and one less, + for −, min for max, a result not returned, a call not made, a decorator or its argument
taken away. Left alone: strings, annotations, and what only a stopwatch can tell (`lru_cache`) or only a type checker
(`dataclass`).
"""

import ast
import copy
import hashlib
from collections import Counter
from dataclasses import dataclass

TURNED = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OTHER_OPERATOR = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
OTHER_CALL = {"min": "max", "max": "min", "any": "all", "all": "any"}
KEPT_DECORATORS = {"property", "cached_property", "classmethod", "staticmethod"}
SPEED_OR_TYPES = {"lru_cache", "cache", "dataclass"}
LONGEST = 160  # characters of surroundings that a change is told with


@dataclass(frozen=True)
class Mutant:
    """One fault: the module's path and line, the function, what stood there and what stands there now."""

    path: str
    line: int
    where: str
    before: str
    after: str
    number: int  # 1, or higher where the same change can be made several times in the function
    source: str

    @property
    def change(self):
        return f"{self.before} → {self.after}" + (f" ({self.number})" if self.number > 1 else "")

    def rank(self, seed):
        """Return a number that orders mutants at random, and the same way after a change elsewhere in the module."""
        return hashlib.sha256(f"{seed}\n{self.path}\n{self.where}\n{self.change}".encode()).hexdigest()


def mutants_of(path, source):
    """Return all Mutants of a module's source."""
    tree = ast.parse(source)
    found, seen = [], Counter()
    for slot in slots(tree):
        for new, before, after in replacements(slot):
            if before is None:
                around = slot.surroundings()
                before = text(around)
                with slot.replaced(new):
                    after = text(new if around is slot.node else around)
            with slot.replaced(new):
                mutated = ast.unparse(ast.fix_missing_locations(tree))
            if before == after or not compiles(mutated):
                continue
            seen[slot.where, before, after] += 1
            found.append(Mutant(path, slot.line, slot.where, before, after, seen[slot.where, before, after], mutated))
    return found


def compiles(source):
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def text(node):
    return " ".join(ast.unparse(node).split())


class Slot:
    """A place in the tree: the attribute `name` of `parent`, or one entry of the list that stands there."""

    def __init__(self, parent, name, index, line, where):
        self.parent, self.name, self.index, self.where = parent, name, index, where
        self.node = getattr(parent, name) if index is None else getattr(parent, name)[index]
        self.line = line or getattr(self.node, "lineno", getattr(parent, "lineno", 1))

    def put(self, node):
        if self.index is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.index] = node

    def replaced(self, node):
        return Replaced(self, node)

    def surroundings(self):
        """Return the node whose text tells best what is changed: the next larger one, unless it is a whole block."""
        is_block = hasattr(self.parent, "body") and not isinstance(self.parent, (ast.IfExp, ast.Lambda))
        is_small = isinstance(self.node, (ast.Constant, ast.expr)) and not is_block
        if is_small and len(text(self.parent)) <= LONGEST:
            return self.parent
        return self.node


class Replaced:
    def __init__(self, slot, node):
        self.slot, self.node = slot, node

    def __enter__(self):
        self.slot.put(self.node)

    def __exit__(self, *error):
        self.slot.put(self.slot.node)


def slots(parent, where="", line=None):
    """Yield every Slot below a node, except in annotations; inside an f-string lines are those of the f-string."""
    for name, value in ast.iter_fields(parent):
        if name in ("annotation", "returns", "ctx"):
            continue
        nodes = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, node in nodes:
            if not isinstance(node, ast.AST) or decorator_name(node) in SPEED_OR_TYPES and name == "decorator_list":
                continue
            yield Slot(parent, name, index, line, where)
            inner = where
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                inner = f"{where}.{node.name}" if where else node.name
            yield from slots(node, inner, line or (node.lineno if isinstance(node, ast.JoinedStr) else None))


def replacements(slot):
    """Yield (new node, before, after) for what stands in a slot; before and after are None where the code says it."""
    node = slot.node
    if slot.name == "test" or slot.name == "ifs":
        yield from always(node, slot.parent)
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for turned in TURNED[type(operator)]:
                operators = [*node.ops[:index], turned(), *node.ops[index + 1 :]]
                yield ast.Compare(node.left, operators, node.comparators), None, None
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values), None, None
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest), None, None
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand, None, None
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from with_other_operator(node)
    elif isinstance(node, ast.Constant) and not isinstance(slot.parent, (ast.FormattedValue, ast.JoinedStr)):
        yield from with_other_number(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OTHER_CALL:
        yield ast.Call(ast.Name(OTHER_CALL[node.func.id]), node.args, node.keywords), None, None
    elif isinstance(node, ast.Return) and node.value is not None and not is_none(node.value):
        yield ast.Return(ast.Constant(None)), None, None
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass(), None, None
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield from with_less_decorators(node)


def always(test, parent):
    """Yield conditions that do not ask; a loop that never ends would only cost time."""
    if isinstance(test, ast.Constant) or any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(test)):
        return
    for value in (False,) if isinstance(parent, ast.While) else (True, False):
        yield ast.Constant(value), text(test), str(value)


def with_other_operator(node):
    other = OTHER_OPERATOR.get(type(node.op))
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
    is_text = any(isinstance(side, ast.JoinedStr | ast.Constant) and not is_number(side) for side in sides)
    if other and not is_text:
        new = copy.copy(node)
        new.op = other()
        yield new, None, None


def with_other_number(node):
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value), None, None
    elif is_number(node):
        yield ast.Constant(node.value + 1), None, None
        yield ast.Constant(node.value - 1), None, None


def with_less_decorators(node):
    for index, decorator in enumerate(node.decorator_list):
        if decorator_name(decorator) in KEPT_DECORATORS | SPEED_OR_TYPES:
            continue
        others = node.decorator_list[:index], node.decorator_list[index + 1 :]
        yield with_decorators(node, [*others[0], *others[1]]), f"@{text(decorator)}", "no decorator"
        for less in with_less_arguments(decorator):
            yield with_decorators(node, [*others[0], less, *others[1]]), f"@{text(decorator)}", f"@{text(less)}"


def with_decorators(node, decorators):
    new = copy.copy(node)
    new.decorator_list = decorators
    return new


def with_less_arguments(call):
    if isinstance(call, ast.Call):
        for index in range(len(call.args)):
            yield ast.Call(call.func, call.args[:index] + call.args[index + 1 :], call.keywords)
        for index in range(len(call.keywords)):
            yield ast.Call(call.func, call.args, call.keywords[:index] + call.keywords[index + 1 :])


def decorator_name(node):
    name = node.func if isinstance(node, ast.Call) else node
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


def is_number(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None
