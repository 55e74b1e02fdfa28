"""`/proc/self/status` read: a file that no disk holds."""

from pathlib import Path


async def main() -> None:
    status = Path("/proc/self/status").read_text()
    assert "VmRSS" in status
