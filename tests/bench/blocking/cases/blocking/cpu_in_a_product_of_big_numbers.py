"""A background task that multiplies two numbers of a million digits."""

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "multiply"
PLACE = "background task"
LINE_SINCE = "3.12"

app = FastAPI()
left, right = 3**900_000, 7**500_000
products: list[int] = []


async def multiply() -> None:
    product = left * right  # <-
    products.append(product)


@app.post("/")
async def root(background: BackgroundTasks) -> None:
    background.add_task(multiply)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/")).status_code == 200
