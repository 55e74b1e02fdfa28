"""How asynchronous code breaks: our own ways of changing a reference.

An operator gets one node of the syntax tree and yields what could stand there instead: a node, or
a list of statements in place of one. What a replacement calls beyond the standard library is one of
the `HELPERS`, which are added to the end of the mutant's file.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from itertools import pairwise

Replacement = ast.AST | list[ast.stmt]
Operator = Callable[[ast.AST], Iterator[Replacement]]

HELPERS = {
    "_mutant_block": """
def _mutant_block(make):
    import asyncio, concurrent.futures
    async def awaiting():
        return await make()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, awaiting()).result()
""",
    "_mutant_twice": """
async def _mutant_twice(make):
    await make()
    return await make()
""",
    "_mutant_retry": """
async def _mutant_retry(make):
    try:
        return await make()
    except Exception:
        return await make()
""",
    "_mutant_in_turn": """
async def _mutant_in_turn(*awaitables, return_exceptions=False):
    return [await each for each in awaitables]
""",
    "_mutant_done": """
async def _mutant_done(coroutine):
    import asyncio
    future = asyncio.get_running_loop().create_future()
    future.set_result(await coroutine)
    return future
""",
    "_mutant_sleep": """
def _mutant_sleep(seconds, result=None):
    import time
    time.sleep(seconds)
    return result
""",
    "_mutant_background": """
def _mutant_background(awaitable, kept=set()):
    import asyncio
    kept.add(asyncio.ensure_future(awaitable))
""",
    "_mutant_shield": """
def _mutant_shield(awaitable):
    import asyncio
    return asyncio.shield(awaitable)
""",
    "_mutant_cache": """
def _mutant_cache(function, kept={}):
    import functools, inspect
    def key(args, kwargs):
        return function.__qualname__, repr(args), repr(kwargs)
    if inspect.iscoroutinefunction(function):
        @functools.wraps(function)
        async def cached(*args, **kwargs):
            if key(args, kwargs) not in kept:
                kept[key(args, kwargs)] = await function(*args, **kwargs)
            return kept[key(args, kwargs)]
    else:
        @functools.wraps(function)
        def cached(*args, **kwargs):
            if key(args, kwargs) not in kept:
                kept[key(args, kwargs)] = function(*args, **kwargs)
            return kept[key(args, kwargs)]
    return cached
""",
}
"""By name; each imports what it needs, so that none changes what the reference's names mean."""


def await_dropped(node: ast.AST) -> Iterator[Replacement]:
    """`work()` where `await work()` was."""
    if isinstance(node, ast.Await):
        yield node.value


def awaited_in_the_way(node: ast.AST) -> Iterator[Replacement]:
    """A blocking call where an awaited one was."""
    match node:
        case ast.Await(value=ast.Call(func=ast.Attribute(attr="sleep")) as call):
            yield _call("_mutant_sleep", *call.args)
        case ast.Await(value=ast.Call(func=ast.Attribute(attr="to_thread")) as call):
            yield ast.Call(call.args[0], call.args[1:], call.keywords)
        case ast.Await(value=ast.Call(func=ast.Attribute(attr="run_in_executor")) as call):
            yield ast.Call(call.args[1], call.args[2:], [])
        case ast.Await(value=call) if _lazily(call):
            yield _call("_mutant_block", _lambda(call))


def called_more_than_once(node: ast.AST) -> Iterator[Replacement]:
    """The awaited call is made twice, or again when it fails."""
    if isinstance(node, ast.Await) and _lazily(node.value):
        for helper in ("_mutant_twice", "_mutant_retry"):
            yield ast.Await(_call(helper, _lambda(node.value)))


def awaited_elsewhere(node: ast.AST) -> Iterator[Replacement]:
    """What was awaited runs in the background, or is kept from a cancellation."""
    match node:
        case ast.Expr(value=ast.Await(value=awaited)):
            yield ast.Expr(_call("_mutant_background", awaited))
    if isinstance(node, ast.Await):
        yield ast.Await(_call("_mutant_shield", node.value))


def together_becomes_in_turn(node: ast.AST) -> Iterator[Replacement]:
    """One after the other, where `gather` or a task group ran them at the same time."""
    match node:
        case ast.Call(func=ast.Attribute(attr="gather") | ast.Name(id="gather")):
            yield ast.Call(ast.Name("_mutant_in_turn"), node.args, node.keywords)
        case ast.Call(func=ast.Attribute(attr="create_task"), args=[coroutine, *_]):
            yield ast.Await(_call("_mutant_done", coroutine))


def clean_up_dropped(node: ast.AST) -> Iterator[Replacement]:
    """No `finally`, or one that an exception skips; no `async with`; no handler."""
    match node:
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=[_, *_] as last):
            if handlers:
                yield ast.Try(body, handlers, orelse, [])
                yield [ast.Try(body, handlers, orelse, []), *last]
            else:
                yield body
                yield [*body, *last]
        case ast.AsyncWith(items=[item], body=body) | ast.With(items=[item], body=body):
            yield [*_entered(item, isinstance(node, ast.AsyncWith)), *body]
    if isinstance(node, ast.Try):
        for handler in node.handlers:
            rest = [each for each in node.handlers if each is not handler]
            if rest or node.finalbody:
                yield ast.Try(node.body, rest, node.orelse if rest else [], node.finalbody)
            else:
                yield [*node.body, *node.orelse]


def handler_changed(node: ast.AST) -> Iterator[Replacement]:
    """An `except` that is wider, that hides the error, or that raises without its cause."""
    if isinstance(node, ast.ExceptHandler):
        for wider in ("Exception", "BaseException"):
            if not (isinstance(node.type, ast.Name) and node.type.id == wider):
                yield ast.ExceptHandler(ast.Name(wider), node.name, node.body)
        yield ast.ExceptHandler(node.type, node.name, [ast.Pass()])
    if isinstance(node, ast.Raise) and node.cause is not None:
        yield ast.Raise(node.exc, None)
        yield ast.Raise(node.exc, ast.Constant(None))


def cancellation_swallowed(node: ast.AST) -> Iterator[Replacement]:
    """The coroutine returns None when it is cancelled."""
    if isinstance(node, ast.AsyncFunctionDef) and _awaits(node):
        handler = ast.ExceptHandler(
            ast.parse("__import__('asyncio').CancelledError", mode="eval").body,
            None,
            [ast.Return(ast.Constant(None))],
        )
        yield _with_body(node, [ast.Try(node.body, [handler], [], [])])


def timeout_dropped(node: ast.AST) -> Iterator[Replacement]:
    """Each keyword argument left out, a timeout among them; no `wait_for`."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            rest = [each for each in node.keywords if each is not keyword]
            yield ast.Call(node.func, node.args, rest)
        match node:
            case ast.Call(func=ast.Attribute(attr="wait_for"), args=[awaited, *_]):
                yield awaited


def statement_dropped(node: ast.AST) -> Iterator[Replacement]:
    """A call whose result nobody needs, or an assignment to a part of an object, left out."""
    match node:
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield [ast.Pass()]
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.AugAssign():
            yield [ast.Pass()]


def state_shared(node: ast.AST) -> Iterator[Replacement]:
    """A local variable becomes one for all calls."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for name in _locals(node):
            yield _with_body(node, [ast.Global([name]), *node.body])


def result_cached(node: ast.AST) -> Iterator[Replacement]:
    """The second call with the same arguments gets what the first one got."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _generates(node):
        cached = copy.copy(node)
        cached.decorator_list = [*node.decorator_list, ast.Name("_mutant_cache")]
        yield cached


def result_changed(node: ast.AST) -> Iterator[Replacement]:
    """None is returned; arguments change places; one of many is left out, or comes out of turn."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    if isinstance(node, ast.Call):
        for one, other in pairwise(range(len(node.args))):
            swapped = list(node.args)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            if not any(isinstance(arg, ast.Starred) for arg in swapped):
                yield ast.Call(node.func, swapped, node.keywords)
    if isinstance(node, ast.comprehension | ast.For):
        for words in ("[:-1]", "[1:]", "[::-1]"):
            other = copy.copy(node)
            other.iter = ast.parse(f"list({ast.unparse(node.iter)}){words}", mode="eval").body
            yield other


def text_changed(node: ast.AST) -> Iterator[Replacement]:
    """A text has a letter more; the last clause of a query is missing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield ast.Constant(node.value + "x")
        for clause in (" ORDER BY ", " WHERE ", " FOR UPDATE"):
            if clause in node.value:
                yield ast.Constant(node.value.split(clause)[0])


def route_changed(node: ast.AST) -> Iterator[Replacement]:
    """A coroutine function that is a plain one; a parameter of a route without its type."""
    if isinstance(node, ast.AsyncFunctionDef) and not _awaits(node):
        yield ast.FunctionDef(**dict(ast.iter_fields(node)))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
        for index, arg in enumerate(node.args.args):
            if arg.annotation is not None:
                other = copy.deepcopy(node)
                other.args.args[index].annotation = None
                yield other


OPERATORS: tuple[Operator, ...] = (
    await_dropped,
    awaited_in_the_way,
    called_more_than_once,
    awaited_elsewhere,
    together_becomes_in_turn,
    clean_up_dropped,
    handler_changed,
    cancellation_swallowed,
    timeout_dropped,
    statement_dropped,
    state_shared,
    result_cached,
    result_changed,
    text_changed,
    route_changed,
)


def mutations(source: str) -> Iterator[tuple[str, str]]:
    """Each operator's name, and the source as it leaves it: the helpers are not in it yet."""
    nodes = list(ast.walk(ast.parse(source)))
    for operator in OPERATORS:
        for place, node in enumerate(nodes):
            for index in range(len(list(operator(node)))):
                # The tree is parsed for each one anew, since a replacement takes over parts of it.
                tree = ast.parse(source)
                target = list(ast.walk(tree))[place]
                if _is_text_for_people(tree, target):
                    continue
                replacement = list(operator(target))[index]
                changed = _Replace(target, replacement).visit(tree)
                yield operator.__name__, ast.unparse(ast.fix_missing_locations(changed))


def complete(source: str) -> str:
    """The source with the helpers that it calls."""
    return source + "".join(text for name, text in HELPERS.items() if name in source)


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: Replacement) -> None:
        self._target, self._replacement = target, replacement

    def visit(self, node: ast.AST) -> Replacement:
        return self._replacement if node is self._target else super().visit(node)


def _is_text_for_people(tree: ast.Module, target: ast.AST) -> bool:
    """A docstring, or a type."""
    hidden: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as text):
                hidden.add(id(text))
        for types in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if types is not None:
                hidden.update(id(each) for each in ast.walk(types))
    return id(target) in hidden


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), list(args), [])


def _lambda(value: ast.expr) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), value)


def _lazily(value: ast.expr) -> bool:
    """Whether it is a call that a `lambda` can make."""
    return isinstance(value, ast.Call) and not any(
        isinstance(node, ast.Await) for node in ast.walk(value)
    )


def _entered(item: ast.withitem, asynchronous: bool) -> list[ast.stmt]:
    """The context manager is entered, if somebody needs what it gives; it is never left."""
    if item.optional_vars is None:
        return []
    enter = "__aenter__" if asynchronous else "__enter__"
    entered: ast.expr = ast.Call(ast.Attribute(item.context_expr, enter), [], [])
    return [ast.Assign([item.optional_vars], ast.Await(entered) if asynchronous else entered)]


def _with_body(
    function: ast.FunctionDef | ast.AsyncFunctionDef, body: list[ast.stmt]
) -> ast.FunctionDef | ast.AsyncFunctionDef:
    other = copy.copy(function)
    other.body = body
    return other


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those inside of other functions."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _own(node)


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names that it assigns to, without those of comprehensions, which are nobody else's."""
    nodes = list(_own(function))
    comprehensions = [node.target for node in nodes if isinstance(node, ast.comprehension)]
    hidden = {id(node) for target in comprehensions for node in ast.walk(target)}
    stored = [
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in hidden
    ]
    return list(dict.fromkeys(stored))


def _awaits(function: ast.AST) -> bool:
    waiting = (ast.Await, ast.AsyncFor, ast.AsyncWith)
    return any(isinstance(node, waiting) for node in _own(function))


def _generates(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own(function))
