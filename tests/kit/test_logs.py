"""Logs: what was logged, by which task, at which virtual time."""

from __future__ import annotations

import asyncio
import logging

import pytest

from graders.kit.instruments.logs import Logs
from graders.kit.shared import codec
from tests.kit.simulation import Now, virtual

SHOP = logging.getLogger("tests.shop")


@virtual
async def test_a_record_has_its_time_and_its_task(now: Now) -> None:
    """Whoever logged it, and when, also where tasks overlap."""

    async def order(seconds: float) -> None:
        await asyncio.sleep(seconds)
        SHOP.info("order of %s s", seconds, extra={"order": seconds})

    with Logs(now) as logs:
        late = asyncio.create_task(order(2), name="late")
        await asyncio.gather(late, asyncio.create_task(order(1), name="early"))

    ours = logs.of("tests")
    assert [(one.at, one.task, one.message) for one in ours] == [
        (1.0, "early", "order of 1 s"),
        (2.0, "late", "order of 2 s"),
    ]
    assert [(one.level, one.function, one.extra) for one in ours] == [
        ("INFO", "order", {"order": 1}),
        ("INFO", "order", {"order": 2}),
    ]
    assert ours[0].logger == "tests.shop"
    assert codec.decode(codec.encode(logs.records))[-1].message == "order of 2 s"


def test_levels_filters_and_prefixes() -> None:
    """Below the level nothing is kept; what a filter drops or adds is dropped or added."""

    def marks(record: logging.LogRecord) -> bool:
        record.mark = "seen"
        return "secret" not in record.getMessage()

    with Logs(lambda: 0.5, level=logging.WARNING) as logs:
        SHOP.info("too low")
        SHOP.addFilter(marks)
        try:
            SHOP.warning("a secret")
            SHOP.warning("kept")
        finally:
            SHOP.removeFilter(marks)
        logging.getLogger("tests.shopping").error("another")

    assert [(one.message, one.extra, one.task) for one in logs.of("tests.shop")] == [
        ("kept", {"mark": "seen"}, "")
    ]
    assert [one.message for one in logs.of("tests")] == ["kept", "another"]


def test_no_configuration_switches_it_off() -> None:
    """A logger that does not propagate is seen, and new handlers change nothing."""
    logger = logging.Logger("tests.alone")
    logger.propagate = False
    with Logs(lambda: 0.0) as logs:
        logger.warning("alone")
    assert [one.message for one in logs.of("tests.alone")] == ["alone"]


def test_an_exception_and_wrong_arguments_are_kept() -> None:
    """As the program logged them."""
    handler = logging.NullHandler()
    SHOP.addHandler(handler)
    SHOP.propagate = False
    try:
        with Logs(lambda: 0.0) as logs:
            try:
                raise KeyError("oops")
            except KeyError:
                SHOP.exception("failed")
            SHOP.error("two %s %s", 1)
    finally:
        SHOP.removeHandler(handler)
        SHOP.propagate = True
    failed, wrong = logs.of("tests.shop")
    assert (failed.level, type(failed.error)) == ("ERROR", KeyError)
    assert wrong.message == "two %s %s"


@pytest.mark.parametrize("fails", [False, True])
def test_logging_is_as_before_afterwards(fails: bool) -> None:
    """Level and logger class, also after an exception."""
    before = logging.getLogger().level, vars(logging.Logger)["callHandlers"]
    try:
        with Logs(lambda: 0.0, level=logging.DEBUG):
            assert logging.getLogger().level == logging.DEBUG
            if fails:
                raise KeyError
    except KeyError:
        pass
    assert (logging.getLogger().level, vars(logging.Logger)["callHandlers"]) == before
