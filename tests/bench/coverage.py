"""What of the kit the tests run, in every process: `nox -s coverage -- [pytest options]`.

The judge, the commands that tests start, fork servers and children are all measured, each with data
of its own, which are added up. It is done with `sys.monitoring` (Python 3.12 and later), beside
which the blocking detector has a tool of its own: nothing is traced, and what runs a second time is
as fast as ever. Not measured is what a child does after it has saved, a moment before it sends its
record, and what is killed without a record.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import sysconfig
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache" / "coverage"
MEASURING = Path(__file__).with_name("measuring.py")

SETTINGS = f"""
[run]
core = sysmon
data_file = {FOLDER / "data"}
parallel = true
patch = _exit
source = {ROOT / "graders"}
[report]
exclude_also =
    if TYPE_CHECKING:
    class .*\\(Protocol\\):
"""

LITTLE = 90
"""Per cent of a module's lines; modules with less are listed."""


@dataclass
class Lines:
    """How many lines can run, and how many of them did."""

    all: int = 0
    run: int = 0

    def add(self, other: Lines) -> None:
        self.all += other.all
        self.run += other.run

    @property
    def share(self) -> float:
        """Per cent."""
        return 100 * self.run / self.all if self.all else 100.0


def main(options: list[str]) -> int:
    """Runs the tests and prints what they ran; the exit status is pytest's."""
    if sys.version_info < (3, 12):
        raise SystemExit("coverage is measured on Python 3.12 and later: nox -s coverage -P 3.13")
    if sys.prefix == sys.base_prefix:
        raise SystemExit("coverage is measured in an environment of its own: nox -s coverage")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "settings").write_text(SETTINGS)
    command = [sys.executable, "-m", "pytest"]
    with everywhere():
        status = subprocess.run([*command, *options], cwd=ROOT, check=False).returncode
    show(measured())
    return status


@contextlib.contextmanager
def everywhere() -> Iterator[None]:
    """Each Python of this environment that starts meanwhile is measured."""
    line = Path(sysconfig.get_path("purelib")) / "kata_coverage.pth"
    line.write_text(f"import runpy; runpy.run_path({str(MEASURING)!r})\n")
    try:
        yield
    finally:
        line.unlink()


def measured() -> dict[str, Lines]:
    """The lines of each module, by its path below the root."""
    found = coverage.Coverage(config_file=str(FOLDER / "settings"))
    with warnings.catch_warnings(record=True) as broken:
        warnings.simplefilter("always")
        found.combine()
    if broken:
        print(f"left out: {len(broken)} processes that were killed while they saved")
    modules = {}
    for file in sorted((ROOT / "graders").rglob("*.py")):
        _, lines, _, missing, _ = found.analysis2(str(file))
        modules[str(file.relative_to(ROOT))] = Lines(len(lines), len(lines) - len(missing))
    return modules


def show(modules: dict[str, Lines]) -> None:
    """Prints a line for each package, and one for each module of which little ran."""
    packages: dict[str, Lines] = defaultdict(Lines)
    for module, lines in modules.items():
        for name in (str(Path(module).parent), "all"):
            packages[name].add(lines)
    packages["all"] = packages.pop("all")  # last
    table = Table("package", box=None, padding=(0, 2))
    for heading in ("lines", "run", "%"):
        table.add_column(heading, justify="right")
    for name, lines in packages.items():
        table.add_row(name, str(lines.all), str(lines.run), f"{lines.share:.1f}")
    console = Console(highlight=False, markup=False, width=100)
    console.print(table)
    little = {name: lines for name, lines in modules.items() if lines.share < LITTLE}
    if little:
        console.print(f"\nmodules of which less than {LITTLE} % ran:")
    for name, lines in sorted(little.items(), key=lambda item: item[1].share):
        console.print(f"  {lines.share:5.1f} %  {name}")
    console.print("\nwhich lines did not:")
    console.print(f"  coverage report --show-missing --rcfile={FOLDER.relative_to(ROOT)}/settings")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
