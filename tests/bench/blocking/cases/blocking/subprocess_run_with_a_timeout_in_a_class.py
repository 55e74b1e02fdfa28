"""A handler of jobs that gives each child a tenth of a second and more, by `run(timeout=...)`."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.run"
PLACE = "method"


class Jobs:
    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.failed: list[str] = []

    async def handle(self, command: str) -> None:
        try:
            subprocess.run(command.split(), timeout=self.patience, check=False)  # <-
        except subprocess.TimeoutExpired:
            self.failed.append(command)


async def main() -> None:
    jobs = Jobs(patience=0.2)
    await jobs.handle("sleep 5")
    assert jobs.failed == ["sleep 5"]
