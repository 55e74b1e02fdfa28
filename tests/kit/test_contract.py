"""What is read from a reference, and what is cut from a grader."""

from __future__ import annotations

from pathlib import Path

from graders.kit.child import scenarios
from graders.kit.judge import contract
from graders.kit.shared.messages import Written


def test_the_contract_is_names_kinds_and_signatures(tmp_path: Path):
    """And nothing that answers the kata."""
    file = tmp_path / "k.py"
    file.write_text(
        "import os\nSECRET = 42\nasync def fetch(n: int, *, m=1) -> str:\n    return 'answer'\n"
        "def install(app):\n    pass\nclass Pool:\n    pass\ndef _helper():\n    pass\n"
    )

    assert contract.read(file) == {
        "fetch": Written("async", "async def fetch(n: int, *, m=1) -> str"),
        "install": Written("def", "def install(app)"),
        "Pool": Written("class", "class Pool"),
    }


def test_imports_are_those_at_the_top(tmp_path: Path):
    """By full name; what belongs to the checks is left out."""
    file = tmp_path / "k.py"
    file.write_text(
        "from __future__ import annotations\nimport pytest\nimport a.b\nfrom c.d import e\n"
        "from . import f\ndef g():\n    import h\n"
    )

    assert contract.imports(file) == ["a.b", "c.d"]


def test_a_child_gets_scenarios_and_no_checks(tmp_path: Path):
    """Neither the test functions nor pytest are in the module it loads."""
    file = tmp_path / "k.py"
    file.write_text(
        "import asyncio\nimport pytest\npytestmark = pytest.mark.slow\nLIMIT = 3\n"
        "async def scenario(kata):\n    return LIMIT\n"
        "@pytest.mark.points(1)\nasync def test_secret(observe):\n    assert 'expected'\n"
    )

    module = scenarios.load(file)

    assert {"asyncio", "LIMIT", "scenario"} <= vars(module).keys()
    assert not {"pytest", "pytestmark", "test_secret"} & vars(module).keys()
