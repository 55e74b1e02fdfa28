"""The operators that break references, and the list of mutants that keep every promise."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

from graders.kit.judge.katas import UsageError, find
from tests.mutants import operators
from tests.mutants.mutant import Mutant, distinct, equivalent

ROOT = Path(__file__).parents[1]


def changed(operator: operators.Operator, source: str) -> list[str]:
    """What one operator makes of a source, in the way of writing that `ast.unparse` has."""
    made = operators.mutations(dedent(source))
    return [text for name, text in made if name == operator.__name__]


def whole(operator: operators.Operator, body: str) -> list[str]:
    """The same for the body of a coroutine function, and only that body."""
    source = "async def run():\n" + "\n".join(f"    {line}" for line in dedent(body).splitlines())
    return [
        "\n".join(line.removeprefix("    ") for line in text.splitlines()[1:])
        for text in changed(operator, source)
    ]


ONE = [
    (operators.await_dropped, "await work()", ["work()"]),
    (operators.awaited_in_the_way, "await asyncio.sleep(1)", ["_mutant_sleep(1)"]),
    (operators.awaited_in_the_way, "await asyncio.to_thread(job, 1, n=2)", ["job(1, n=2)"]),
    (operators.awaited_in_the_way, "await loop.run_in_executor(None, job, 1)", ["job(1)"]),
    (operators.awaited_in_the_way, "await work(1)", ["_mutant_block(lambda: work(1))"]),
    (operators.awaited_in_the_way, "await future", []),
    (
        operators.called_more_than_once,
        "return await work(1)",
        [
            "return await _mutant_twice(lambda: work(1))",
            "return await _mutant_retry(lambda: work(1))",
        ],
    ),
    (operators.called_more_than_once, "await work(await other)", []),
    (
        operators.awaited_elsewhere,
        "await work()",
        ["_mutant_background(work())", "await _mutant_shield(work())"],
    ),
    (
        operators.together_becomes_in_turn,
        "await asyncio.gather(one(), two())",
        ["await _mutant_in_turn(one(), two())"],
    ),
    (
        operators.together_becomes_in_turn,
        "task = group.create_task(one())",
        ["task = await _mutant_done(one())"],
    ),
    (
        operators.clean_up_dropped,
        "async with pool.acquire() as one:\n    await one.run()",
        ["one = await pool.acquire().__aenter__()\nawait one.run()"],
    ),
    (operators.clean_up_dropped, "async with lock:\n    work()", ["work()"]),
    (
        operators.clean_up_dropped,
        "try:\n    work()\nfinally:\n    close()",
        ["work()", "work()\nclose()"],
    ),
    (operators.clean_up_dropped, "try:\n    work()\nexcept OSError:\n    pass", ["work()"]),
    (
        operators.handler_changed,
        "try:\n    work()\nexcept OSError as error:\n    raise Broken() from error",
        [
            "try:\n    work()\nexcept Exception as error:\n    raise Broken() from error",
            "try:\n    work()\nexcept BaseException as error:\n    raise Broken() from error",
            "try:\n    work()\nexcept OSError as error:\n    pass",
            "try:\n    work()\nexcept OSError as error:\n    raise Broken()",
            "try:\n    work()\nexcept OSError as error:\n    raise Broken() from None",
        ],
    ),
    (operators.timeout_dropped, "connect(dsn, timeout=1)", ["connect(dsn)"]),
    (operators.timeout_dropped, "await asyncio.wait_for(work(), 1)", ["await work()"]),
    (operators.statement_dropped, "answer.raise_for_status()", ["pass"]),
    (operators.statement_dropped, "answer.headers['x'] = 'y'", ["pass"]),
    (operators.statement_dropped, "answer = 1", []),
    (operators.state_shared, "began = 1\nreturn began", ["global began\nbegan = 1\nreturn began"]),
    (operators.state_shared, "return [one for one in many]", []),
    (
        operators.state_shared,
        "def inner():\n    began = 1",
        ["\ndef inner():\n    global began\n    began = 1"],
    ),
    (operators.result_changed, "return job(1, 2)", ["return None", "return job(2, 1)"]),
    (
        operators.result_changed,
        "for one in many:\n    work(one)",
        [f"for one in list(many){part}:\n    work(one)" for part in ("[:-1]", "[1:]", "[::-1]")],
    ),
    (operators.text_changed, "fetch('SELECT 1 ORDER BY id')", None),
]


@pytest.mark.parametrize(("operator", "body", "expected"), ONE)
def test_an_operator_breaks_one_thing(
    operator: operators.Operator, body: str, expected: list[str] | None
) -> None:
    if expected is None:
        expected = ["fetch('SELECT 1 ORDER BY idx')", "fetch('SELECT 1')"]
    assert whole(operator, body) == expected


def test_a_coroutine_that_swallows_its_cancellation() -> None:
    [text] = whole(operators.cancellation_swallowed, "await work()")
    assert text.splitlines()[0] == "try:"
    assert text.splitlines()[-1] == "    return None"


def test_a_route_loses_its_await_or_the_type_of_a_parameter() -> None:
    source = "@app.get('/')\nasync def route(n: int) -> int:\n    return n\n"
    assert changed(operators.route_changed, source) == [
        "@app.get('/')\ndef route(n: int) -> int:\n    return n",
        "@app.get('/')\nasync def route(n) -> int:\n    return n",
    ]


def test_without_an_await_there_is_no_cancellation_to_swallow() -> None:
    assert whole(operators.cancellation_swallowed, "return 1") == []


def test_docstrings_and_types_are_no_text_to_change() -> None:
    source = 'def run() -> "int":\n    """Runs."""\n    return "x"\n'
    assert changed(operators.text_changed, source) == [
        'def run() -> \'int\':\n    """Runs."""\n    return \'xx\''
    ]


def helper(name: str):
    space: dict[str, object] = {}
    exec(operators.complete(f"# {name}\n"), space)
    return space[name]


def test_what_a_helper_does() -> None:
    async def run() -> None:
        calls: list[int] = []

        async def work() -> int:
            calls.append(len(calls))
            if len(calls) == 1:
                raise OSError
            return len(calls)

        assert await helper("_mutant_retry")(work) == 2
        assert await helper("_mutant_twice")(work) == 4
        assert helper("_mutant_block")(work) == 5
        assert await helper("_mutant_in_turn")(work(), work()) == [6, 7]
        assert (await helper("_mutant_done")(work())).result() == 8
        assert await helper("_mutant_shield")(work()) == 9
        cached = helper("_mutant_cache")(work)
        assert [await cached(), await cached()] == [10, 10]
        helper("_mutant_background")(work())
        await asyncio.sleep(0)
        assert len(calls) == 11

    asyncio.run(run())


def test_a_mutant_is_python_and_told_once() -> None:
    source = "async def run(n: int) -> int:\n    return await work(n)\n"
    made = [
        ("same", "async def run(n) -> float:\n    # a comment\n    return await work(n)\n"),
        ("broken", "async def run(n:\n"),
        ("other", "async def run(n: int) -> int:\n    return work(n)\n"),
        ("again", "async def run(n: str):\n    return (work(n))\n"),
    ]
    [mutant] = distinct("k110_x", source, made)
    assert (mutant.operator, mutant.where) == ("other", "run")
    assert mutant.change == ("-    return await work(n)", "+    return work(n)")


def test_a_mutant_is_known_when_lines_above_it_move() -> None:
    source = "def run():\n    def inner():\n        return 1\n    return inner\n"
    before, after = (
        distinct("k110_x", text, [("two", text.replace("return 1", "return 2"))])
        for text in (source, f'"""Something above."""\n\n{source}')
    )
    assert [mutant.key for mutant in before] == [mutant.key for mutant in after]
    assert before[0].where == "run.inner"


def test_the_type_of_a_parameter_is_no_mutant_but_of_a_route_it_is() -> None:
    plain = "def run(n: int):\n    return n\n"
    assert distinct("k110_x", plain, [("t", "def run(n):\n    return n\n")]) == []
    route = f"@app.get('/')\n{plain}"
    [mutant] = distinct("k110_x", route, [("t", "@app.get('/')\ndef run(n):\n    return n\n")])
    assert isinstance(mutant, Mutant)


@pytest.mark.parametrize("kata", find(ROOT), ids=lambda kata: kata.name)
def test_each_reference_breaks_in_many_ways(kata) -> None:
    source = kata.solution.read_text("utf-8")
    made = distinct(kata.name, source, operators.mutations(source))
    assert len(made) >= 10
    for mutant in made:
        compile(ast.parse(mutant.source), mutant.kata, "exec")


def test_the_list_of_equivalent_mutants(tmp_path: Path) -> None:
    file = tmp_path / "equivalent.toml"
    file.write_text(
        '[[equivalent]]\nkata = "k110_x"\nwhere = "run"\nreason = "why"\n'
        "change = '''\n-    a\n+    b\n'''\n"
    )
    [entry] = equivalent(file)
    assert entry.key == ("k110_x", "run", ("-    a", "+    b"))
    file.write_text('[[equivalent]]\nkata = "k110_x"\n')
    with pytest.raises(UsageError, match=r"equivalent\.toml cannot be read: 'where'"):
        equivalent(file)
