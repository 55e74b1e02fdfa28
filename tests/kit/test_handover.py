"""An exception without a line of the submission is its own where its objects were called."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.kit.graded import graded, messages

K210 = """
from fastapi import Depends, FastAPI

def create_app(work):
    {}
"""

K310 = """
import asyncio

def install(app):
    {}
"""

K710 = """
import asyncio

class LoadError(Exception): ...
class Unavailable(Exception): ...

async def load_or_default(load, key, default):
    return 1

def load_with_note(load, key, done):
    {}
"""

ANSWERS = {
    "k210": {
        "no app": K210.format("app = FastAPI()"),
        "no app at all": K210.format("return 7"),
        "an app of one parameter": K210.format("return lambda scope: None"),
        "an app that cannot be awaited": K210.format("return lambda scope, receive, send: None"),
        "a fake that a framework calls wrongly": K210.format(
            "app = FastAPI(); app.get('/')(work); app.add_event_handler = None; "
            "app.get('/ping')(lambda x=Depends(lambda: work(1, 2)): x); return app"
        ),
    },
    "k310": {
        "no response": K310.format(
            "app.middleware('http')(lambda request, call_next: asyncio.sleep(0))"
        ),
        "a middleware of no parameters": K310.format("app.middleware('http')(lambda: None)"),
        "a middleware that is no class": K310.format("app.add_middleware(lambda app: None)"),
    },
    "k710": {
        "a future that a library fails": K710.format(
            "future = asyncio.get_running_loop().create_future(); "
            "future.set_exception(KeyError('x')); return future"
        ),
    },
}


@pytest.mark.parametrize("kata", ANSWERS)
def test_it_is_failed_and_never_a_fault_of_ours(kata: str, tmp_path: Path):
    paths = []
    for number, text in enumerate(ANSWERS[kata].values()):
        path = tmp_path / f"answer_{number}.py"
        path.write_text(dedent(text))
        paths.append(path)

    report = graded(kata, paths)

    for name, result in zip(ANSWERS[kata], report["katas"], strict=True):
        assert result["fault"] is None, name
        assert result["outcome"] == "failed", name
        assert "broke down" not in messages(result)
