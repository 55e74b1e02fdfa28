"""A background task that feeds a child with `communicate`."""

import subprocess

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "subprocess.Popen.communicate"
PLACE = "background task"

app = FastAPI()
printed: list[str] = []


async def print_invoice(text: str) -> None:
    command = ["sh", "-c", "sleep 0.25; cat"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    output, _ = child.communicate(text)  # <-
    printed.append(output)


@app.post("/invoices")
async def invoice(tasks: BackgroundTasks) -> None:
    tasks.add_task(print_invoice, "12 tea")


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/invoices")
    assert printed == ["12 tea"]
