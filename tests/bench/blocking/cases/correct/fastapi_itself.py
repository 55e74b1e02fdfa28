"""Applications of FastAPI that do their slow work elsewhere."""

import asyncio
import mimetypes
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from string import Template
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import (
    BackgroundTasks,
    Depends,
    FastAPI,
    HTTPException,
    Request,
    Response,
    UploadFile,
    WebSocket,
    WebSocketDisconnect,
)
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import (
    BaseModel,
    TypeAdapter,
    computed_field,
    create_model,
    field_serializer,
    field_validator,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.bench.blocking import fixtures


# %% app_built_in_a_coroutine: An app of thirty routes built in a coroutine.
async def main() -> None:
    app = FastAPI()
    for number in range(30):

        class Item(BaseModel):
            name: str
            size: int = 0

        @app.get(f"/{number}")
        async def items() -> list[Item]:
            return []

    async with fixtures.client(app) as client:
        assert (await client.get("/29")).json() == []


# %% background_def_task: A background task that is a `def` and sleeps.
app = FastAPI()


def send_mail(address: str) -> None:
    time.sleep(0.1)


@app.post("/")
async def register(tasks: BackgroundTasks) -> None:
    tasks.add_task(send_mail, "ann@example.org")
    tasks.add_task(time.sleep, 0.05)


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.post("/")).status_code == 200


# %% callable_object_as_dependency: An object whose `__call__` blocks, as a dependency: FastAPI
# and: gives it a thread.
app = FastAPI()


class Rates:
    def __call__(self, currency: str = "eur") -> float:
        time.sleep(0.1)
        return 1.0


@app.get("/")
async def root(rate: Annotated[float, Depends(Rates())]) -> float:
    return rate


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == 1.0


# %% cheap_validators_and_properties: Validators, serializers and properties that only compute a
# and: little.
class Person(BaseModel):
    name: str
    cents: int

    @field_validator("name")
    @classmethod
    def tidy(cls, name: str) -> str:
        return name.strip().title()

    @field_serializer("cents")
    def money(self, cents: int) -> str:
        return f"{cents / 100:.2f}"

    @computed_field
    @property
    def initial(self) -> str:
        return self.name[0]


async def main() -> None:
    for number in range(50):
        person = Person(name=" ann ", cents=number)
        assert person.model_dump()["initial"] == "A"
        await asyncio.sleep(0)


# %% def_route_and_dependencies: A `def` route with `def` dependencies, one of them with `yield`.
app = FastAPI()


def session() -> Iterator[str]:
    time.sleep(0.05)
    yield "session"
    time.sleep(0.05)


def user(session: Annotated[str, Depends(session)]) -> str:
    time.sleep(0.05)
    return f"user of {session}"


@app.get("/")
def root(user: Annotated[str, Depends(user)]) -> str:
    time.sleep(0.05)
    return user


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "user of session"


# %% exception_handlers: Exception handlers: an asynchronous one, and a `def` that sleeps in its
# and: thread.
app = FastAPI()


class Busy(Exception):
    pass


class Broken(Exception):
    pass


@app.exception_handler(Busy)
async def busy(_: Request, __: Busy) -> JSONResponse:
    await asyncio.sleep(0.05)
    return JSONResponse({}, 503)


@app.exception_handler(Broken)
def broken(_: Request, __: Broken) -> JSONResponse:
    time.sleep(0.1)
    return JSONResponse({}, 502)


@app.get("/{kind}")
async def root(kind: str) -> None:
    raise {"busy": Busy, "broken": Broken}.get(kind, HTTPException(404))


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/busy")).status_code == 503
        assert (await client.get("/broken")).status_code == 502
        assert (await client.get("/none")).status_code == 404


# %% file_response: A `FileResponse`.
app = FastAPI()


@app.get("/")
async def root() -> FileResponse:
    return FileResponse(fixtures.small_file(), media_type="text/plain")


async def main() -> None:
    async with fixtures.client(app) as client:
        assert len((await client.get("/")).content) == 100


# %% first_request_of_a_large_app: The first request of an app with thirty routes and nested models.
class Price(BaseModel):
    amount: float
    currency: str = "eur"


class Product(BaseModel):
    name: str
    prices: list[Price] = []


class Order(BaseModel):
    products: dict[str, Product]


app = FastAPI()
for number in range(30):

    @app.post(f"/orders/{number}")
    async def place(order: Order) -> list[Order]:
        return [order]


async def main() -> None:
    body = {"products": {"pear": {"name": "pear", "prices": [{"amount": 1}]}}}
    async with fixtures.client(app) as client:
        assert (await client.post("/orders/29", json=body)).status_code == 200


# %% lifespan_with_async_resources: A lifespan that opens and closes a pool asynchronously.
@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, list[int]]]:
    await asyncio.sleep(0.1)
    yield {"pool": [1, 2, 3]}
    await asyncio.sleep(0.05)


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def root(request: Request) -> bool:
    return hasattr(request.state, "pool")


async def main() -> None:
    async with app.router.lifespan_context(app), fixtures.client(app) as client:
        assert (await client.get("/")).status_code == 200


# %% middlewares_of_both_kinds: An HTTP middleware and a pure ASGI one, both asynchronous.
class Limited:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.gate = asyncio.Semaphore(2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.gate:
            await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Limited)


@app.middleware("http")
async def timed(request: Request, go: Callable[[Request], Awaitable[Response]]) -> Response:
    await asyncio.sleep(0.02)
    response = await go(request)
    response.headers["x-took"] = "some time"
    return response


@app.get("/")
async def root() -> str:
    return "here"


async def main() -> None:
    async with fixtures.client(app) as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(6)))
    assert all(answer.headers["x-took"] for answer in answers)


# %% models_made_in_a_coroutine: Pydantic models made in a coroutine.
async def main() -> None:
    for number in range(10):
        model = create_model(f"Row{number}", __base__=BaseModel, name=(str, ...), size=(int, 0))
        rows = TypeAdapter(list[model]).validate_python([{"name": "a"}])
        assert len(rows) == 1
        await asyncio.sleep(0)


# %% openapi_generated: The OpenAPI document of thirty routes, made for the first one who asks.
class Item(BaseModel):
    name: str
    tags: list[str] = []


app = FastAPI()
for number in range(30):

    @app.put(f"/items/{number}")
    async def put(item: Item, at: int = 0) -> Item:
        return item


async def main() -> None:
    async with fixtures.client(app) as client:
        assert len((await client.get("/openapi.json")).json()["paths"]) == 30


# %% response_of_moderate_size: A response of two hundred items.
class Item(BaseModel):
    id: int
    name: str
    tags: list[str]


app = FastAPI()
ITEMS = [Item(id=n, name=f"item {n}", tags=["new", "cheap"]) for n in range(200)]


@app.get("/")
async def root() -> list[Item]:
    return ITEMS


async def main() -> None:
    async with fixtures.client(app) as client:
        for _ in range(5):
            assert len((await client.get("/")).json()) == 200
            await asyncio.sleep(0)


# %% server_sent_events: Server-sent events from an asynchronous generator.
app = FastAPI()


async def ticks() -> AsyncIterator[str]:
    for number in range(10):
        await asyncio.sleep(0.02)
        yield f"data: {number}\n\n"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(ticks(), media_type="text/event-stream")


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).text.count("data:") == 10


# %% static_files: Static files, found and missing.
mimetypes.init()
app = FastAPI()
app.mount("/static", StaticFiles(directory=fixtures.tree()))


async def main() -> None:
    async with fixtures.client(app) as client:
        assert len((await client.get("/static/3/4.txt")).content) == 100
        assert (await client.get("/static/none.txt")).status_code == 404


# %% streamed_from_a_plain_generator: A response streamed from a plain generator that sleeps:
# and: Starlette gives it a thread.
app = FastAPI()


def rows() -> Iterator[str]:
    for number in range(5):
        time.sleep(0.03)
        yield f"{number}\n"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(rows())


async def main() -> None:
    async with fixtures.client(app) as client:
        async with client.stream("GET", "/") as answer:
            assert [line async for line in answer.aiter_lines()] == list("01234")


# %% template_response: A page filled in from a template read at import.
app = FastAPI()
PAGE = Template("<h1>$title</h1><ul>$items</ul>")


@app.get("/")
async def root() -> HTMLResponse:
    items = "".join(f"<li>{number}</li>" for number in range(100))
    return HTMLResponse(PAGE.substitute(title="Orders", items=items))


async def main() -> None:
    async with fixtures.client(app) as client:
        assert "<li>99</li>" in (await client.get("/")).text


# %% upload_file: An upload that spills to disk, written and read through `UploadFile`.
upload = UploadFile(SpooledTemporaryFile(max_size=1000), filename="letter.txt")


async def main() -> None:
    for _ in range(20):
        await upload.write(b"x" * 1000)
    await upload.seek(0)
    assert len(await upload.read()) == 20_000
    await upload.close()


# %% validation_errors: Requests that fail validation.
class Order(BaseModel):
    amount: int
    name: str

    @field_validator("amount")
    @classmethod
    def positive(cls, amount: int) -> int:
        if amount <= 0:
            raise ValueError("must be positive")
        return amount


app = FastAPI()


@app.post("/")
async def place(orders: list[Order]) -> int:
    return len(orders)


async def main() -> None:
    async with fixtures.client(app) as client:
        for _ in range(5):
            body = [{"amount": -1}] * 5
            assert (await client.post("/", json=body)).status_code == 422
            await asyncio.sleep(0)


# %% websocket_over_asgi: A websocket that answers what it hears.
app = FastAPI()


@app.websocket("/")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            await asyncio.sleep(0.05)
            await socket.send_text(text)


async def main() -> None:
    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    heard.put_nowait({"type": "websocket.connect"})
    heard.put_nowait({"type": "websocket.receive", "text": "hello"})
    heard.put_nowait({"type": "websocket.disconnect", "code": 1000})
    await app(scope, heard.get, said.put)
    assert said.qsize() == 2
