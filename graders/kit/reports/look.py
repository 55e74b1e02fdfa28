"""Shows one record, for whoever writes a kata."""

from __future__ import annotations

import dataclasses
from typing import Any

from rich.console import Console
from rich.pretty import Pretty
from rich.table import Table
from rich.text import Text

from graders.kit.shared.record import Record


def show(record: Record, seed: int) -> None:
    """Prints each field that has something in it, by the name that a check uses."""
    console = Console(highlight=False)
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for field in dataclasses.fields(record):
        value: Any = getattr(record, field.name)
        if isinstance(value, str):
            table.add_row(field.name, Text(value)) if value else None
        elif value not in (None, [], {}, False):
            table.add_row(field.name, Pretty(value, max_length=20, max_string=200))
    console.print(table)
    console.print(f"seed {seed}")
