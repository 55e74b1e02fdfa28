"""`@pytest.mark.vclock(**options)`: the test and its fixtures run on a virtual loop."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graders.kit.instruments.clock import Clock


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vclock(**options): run on the loop of a Clock(**options)")


@functools.cache
def _virtual(**options: Any) -> Callable[[], asyncio.AbstractEventLoop]:
    # The same object for the same options, or loops of a wider scope would be made again.
    return lambda: Clock(**options).loop()


def pytest_asyncio_loop_factories(
    config: pytest.Config,
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    marker = item.get_closest_marker("vclock")
    if marker is None:
        return {"real": asyncio.SelectorEventLoop}
    return {"virtual": _virtual(**marker.kwargs)}
