"""Formulas that users write: read, checked and computed without running any code of theirs."""

import ast
import operator
from collections.abc import Mapping
from typing import NamedTuple

MAX_LENGTH = 500
MAX_DEPTH = 24
MAX_NODES = 200
#: No figure of a company is as large; what goes beyond is a slip, or an attack.
MAX_MAGNITUDE = 1e18

#: A figure, or None where there is none: nothing to divide by, nothing measured.
Value = float | None


class FormulaError(ValueError):
    """A formula that cannot be used; `code` says why, `part` where."""

    def __init__(self, code: str, part: str = ""):
        super().__init__(f"{code}: {part}" if part else code)
        self.code = code
        self.part = part


class Quotient(NamedTuple):
    """A ratio with what it is made of, so that it can be told over and is never averaged."""

    value: Value
    numerator: Value
    denominator: Value


_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARE = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS = {"min": min, "max": max, "abs": abs, "round": round}
#: function -> fewest and most arguments
_ARGUMENTS = {"min": (2, 20), "max": (2, 20), "abs": (1, 1), "round": (1, 2)}
_ALLOWED = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.UAdd, ast.USub),
    *(ast.Compare, ast.IfExp, ast.Call, *_BINARY, *_COMPARE),
)


def parse(text: str) -> ast.expr:
    """Return a formula's tree when it holds nothing but arithmetic.

    >>> parse("won / (won + lost) * 100") is not None
    True

    Whatever else Python can do is refused, before any of it is run: see `problem`.
    """
    text = (text or "").strip()
    if not text:
        raise FormulaError("empty")
    if len(text) > MAX_LENGTH:
        raise FormulaError("length", str(MAX_LENGTH))
    if _deepest_bracket(text) > MAX_DEPTH:  # before the host's parser, which can be exhausted
        raise FormulaError("nesting", str(MAX_DEPTH))
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError("syntax", text) from error
    _check(tree.body, [MAX_NODES], 0)
    return tree.body


def _deepest_bracket(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _check(node: ast.AST, left: list[int], depth: int) -> None:
    left[0] -= 1
    if left[0] < 0:
        raise FormulaError("size", str(MAX_NODES))
    if depth > MAX_DEPTH:
        raise FormulaError("nesting", str(MAX_DEPTH))
    _check_node(node)
    children = [*node.args] if isinstance(node, ast.Call) else [*ast.iter_child_nodes(node)]
    for child in children:
        # a + b + c is a deep tree of a flat formula: its length is limited by the number of parts
        deeper = not (isinstance(node, ast.BinOp) and child is node.left)
        _check(child, left, depth + deeper)


def _check_node(node: ast.AST) -> None:
    if isinstance(node, ast.Attribute):
        raise FormulaError("attribute", node.attr)
    if isinstance(node, ast.Constant):
        _number(node)
    if isinstance(node, ast.Call):
        _check_call(node)
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        raise FormulaError("comparison")
    if not isinstance(node, _ALLOWED):
        raise FormulaError("construct", type(node).__name__)


def _check_call(node: ast.Call) -> None:
    if isinstance(node.func, ast.Attribute):
        raise FormulaError("attribute", node.func.attr)
    if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
        raise FormulaError("function", node.func.id if isinstance(node.func, ast.Name) else "")
    fewest, most = _ARGUMENTS[node.func.id]
    if node.keywords or not fewest <= len(node.args) <= most:
        raise FormulaError("argument", node.func.id)


def _number(node: ast.Constant) -> float:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MAX_MAGNITUDE:
        raise FormulaError("constant", str(value)[:20])
    return float(value)


def problem(text: str) -> str:
    """Return why a formula cannot be used, as a code; "" when it can.

    >>> [problem(text) for text in ("().__class__", "'{0.__class__}'.format(a)", "a.b")]
    ['attribute', 'attribute', 'attribute']
    >>> [problem(text) for text in ("a[0]", "lambda: 1", "[x for x in y]", "min(a, *b)", "a if b else {}")]
    ['construct', 'construct', 'construct', 'construct', 'construct']
    >>> [problem(text) for text in ("__import__('os')", "sum(range(10**9))", "round(a, ndigits=1)", "min(a)")]
    ['function', 'function', 'argument', 'argument']
    >>> [problem(text) for text in ("'a' * 9", "True", "1e999", "1" + "0" * 400)]
    ['constant', 'constant', 'constant', 'constant']
    >>> [problem(text) for text in ("(" * 60 + "a" + ")" * 60, "-" * 60 + "a", "**".join("a" * 60))]
    ['nesting', 'nesting', 'nesting']
    >>> [problem(text) for text in ("+".join("a" * 200), "1" * 501, " ", "a b", "a < b < c", "a / b")]
    ['size', 'length', 'empty', 'syntax', 'comparison', '']
    """
    try:
        parse(text)
    except FormulaError as error:
        return error.code
    return ""


def names(text: str) -> set[str]:
    """Return the names that a formula uses.

    >>> sorted(names("max(won, 1) / (won + lost)"))
    ['lost', 'won']
    """
    tree = parse(text)
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}


def compute(text: str, values: Mapping[str, Value]) -> Value:
    """Return the value of a formula; None where a part of it has none, or nothing to divide by.

    >>> compute("won / (won + lost) * 100", {"won": 3, "lost": 1})
    75.0
    >>> compute("won / lost", {"won": 3, "lost": 0}), compute("won + lost", {"won": 3, "lost": None})
    (None, None)
    >>> compute("a if a > 0 else b", {"a": -1, "b": 5}), compute("round(a / 3, 2)", {"a": 1})
    (5.0, 0.33)

    Neither has the root of a negative figure one. What runs away is refused at once:

    >>> compute("a ** 0.5", {"a": -8})
    >>> compute("9**9**9", {})
    Traceback (most recent call last):
    crm_extended.tools.kpi_formula.FormulaError: magnitude
    """
    return _value(parse(text), values)


def quotient(text: str, values: Mapping[str, Value]) -> Quotient:
    """Return the value of a formula with the two sides of its division, when it is one.

    A rate in per cent keeps the factor with the value:

    >>> quotient("won / (won + lost) * 100", {"won": 3, "lost": 1})
    Quotient(value=75.0, numerator=3.0, denominator=4.0)
    >>> quotient("won + lost", {"won": 3, "lost": 1})
    Quotient(value=4.0, numerator=None, denominator=None)
    """
    tree = parse(text)
    value = _value(tree, values)
    division = _division(tree)
    if not division:
        return Quotient(value, None, None)
    return Quotient(value, _value(division.left, values), _value(division.right, values))


def _division(node: ast.expr) -> ast.BinOp | None:
    """The division that a formula is, whatever constant it is multiplied by."""
    if not isinstance(node, ast.BinOp):
        return None
    if isinstance(node.op, ast.Div):
        return node
    if isinstance(node.op, ast.Mult):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, ast.Constant):
                return _division(side)
    return None


def _value(node: ast.expr, values: Mapping[str, Value]) -> Value:
    if isinstance(node, ast.Constant):
        return _number(node)
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise FormulaError("name", node.id)
        return _limited(values[node.id])
    return _COMPUTE[type(node)](node, values)


def _binary(node: ast.BinOp, values: Mapping[str, Value]) -> Value:
    left, right = _value(node.left, values), _value(node.right, values)
    if left is None or right is None:
        return None
    try:
        return _limited(_BINARY[type(node.op)](left, right))
    except ZeroDivisionError:
        return None
    except OverflowError as error:
        raise FormulaError("magnitude") from error


def _unary(node: ast.UnaryOp, values: Mapping[str, Value]) -> Value:
    value = _value(node.operand, values)
    return -value if value is not None and isinstance(node.op, ast.USub) else value


def _compare(node: ast.Compare, values: Mapping[str, Value]) -> Value:
    left, right = _value(node.left, values), _value(node.comparators[0], values)
    if left is None or right is None:
        return None
    return float(_COMPARE[type(node.ops[0])](left, right))


def _choice(node: ast.IfExp, values: Mapping[str, Value]) -> Value:
    test = _value(node.test, values)
    return None if test is None else _value(node.body if test else node.orelse, values)


def _call(node: ast.Call, values: Mapping[str, Value]) -> Value:
    name = node.func.id
    arguments = [_value(argument, values) for argument in node.args]
    if None in arguments:
        return None
    if name == "round":
        digits = int(arguments[1]) if len(arguments) > 1 else 0
        return _limited(round(arguments[0], max(-18, min(18, digits))))
    return _limited(_FUNCTIONS[name](*arguments))


_COMPUTE = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.Call: _call,
}


def _limited(value: object) -> Value:
    if value is None or isinstance(value, complex):
        return None
    if not abs(value) <= MAX_MAGNITUDE:
        raise FormulaError("magnitude")
    return float(value)


def order(formulas: Mapping[str, str]) -> list[str]:
    """Return the names of formulas so that each comes after those it uses.

    >>> order({"rate": "won / all", "all": "won + lost", "half": "rate / 2"})
    ['all', 'rate', 'half']
    >>> order({"a": "b + 1", "b": "c", "c": "a"})
    Traceback (most recent call last):
    crm_extended.tools.kpi_formula.FormulaError: cycle: a → b → c → a
    """
    needs = {name: sorted(names(text) & formulas.keys()) for name, text in formulas.items()}
    done: list[str] = []
    for name in formulas:
        _visit(name, needs, done, [])
    return done


def _visit(name: str, needs: dict[str, list[str]], done: list[str], path: list[str]) -> None:
    if name in done:
        return
    if name in path:
        raise FormulaError("cycle", " → ".join([*path[path.index(name) :], name]))
    for needed in needs[name]:
        _visit(needed, needs, done, [*path, name])
    done.append(name)
