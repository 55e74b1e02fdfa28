"""Places in an application of FastAPI or Starlette."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial, wraps
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bench.blocking import fixtures


def block() -> None:
    """The slot: a blocker's lines go where it is called."""


# %% route: an `async def` route
# place: route
app = FastAPI()


@app.get("/")
async def root() -> str:
    block()
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello"


# %% route_decorator: a decorator around a route
# place: decorator
app = FastAPI()


def limited(route: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    @wraps(route)
    async def limiting() -> str:
        block()
        return await route()

    return limiting


@app.get("/")
@limited
async def root() -> str:
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello"


# %% partial_route: a partial of an async function as a route
# place: partial
app = FastAPI()


async def greet(name: str) -> str:
    block()
    return f"hello {name}"


app.add_api_route("/", partial(greet, name="anna"))


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello anna"


# %% endpoint_class: a class-based endpoint
# place: class-based endpoint
class Notes(HTTPEndpoint):
    async def get(self, _: Request) -> Response:
        block()
        return Response("milk")


app = Starlette(routes=[Route("/notes", Notes)])


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/notes")).text == "milk"


# %% response_class: the `render` of a response class
# place: response class
class Upper(PlainTextResponse):
    def render(self, content: Any) -> bytes:
        block()
        return bytes(super().render(content.upper()))


app = FastAPI()


@app.get("/", response_class=Upper)
async def root() -> str:
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).text == "HELLO"


# %% route_class: a route class that makes its failures slow
# place: route class
class SlowFailures(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def slowly(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException:
                block()
                raise

        return slowly


app = FastAPI()
app.router.route_class = SlowFailures


@app.get("/")
async def root() -> str:
    raise HTTPException(403)


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).status_code == 403


# %% dependency: an asynchronous dependency
# place: dependency
app = FastAPI()


async def current_user() -> str:
    block()
    return "anna"


@app.get("/")
async def root(user: Annotated[str, Depends(current_user)]) -> str:
    return user


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "anna"


# %% class_dependency: the `__call__` of an object that is a dependency
# place: class dependency
class Feature:
    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self) -> str:
        block()
        return self.name


app = FastAPI()


@app.get("/")
async def root(feature: Annotated[str, Depends(Feature("dark"))]) -> str:
    return feature


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "dark"


# %% dependency_before_yield: a dependency, before its yield
# place: dependency with yield
app = FastAPI()


async def session() -> AsyncIterator[str]:
    block()
    yield "session"


@app.get("/")
async def root(opened: Annotated[str, Depends(session)]) -> str:
    return opened


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "session"


# %% dependency_after_yield: a dependency, after its yield
# place: dependency with yield
app = FastAPI()


async def session() -> AsyncIterator[str]:
    yield "session"
    block()


@app.get("/")
async def root(opened: Annotated[str, Depends(session)]) -> str:
    return opened


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "session"


# %% lifespan: the start of an application
# place: lifespan
@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    block()
    app.state.ready = True
    yield


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        assert app.state.ready


# %% shutdown: the end of an application
# place: lifespan
@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    block()
    app.state.stopped = True


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        pass
    assert app.state.stopped


# %% background_task: a background task that is `async def`
# place: background task
app = FastAPI()
mailed: list[str] = []


async def send_mail(address: str) -> None:
    block()
    mailed.append(address)


@app.post("/")
async def root(tasks: BackgroundTasks) -> str:
    tasks.add_task(send_mail, "anna@example.org")
    return "accepted"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.post("/")).json() == "accepted"
    assert mailed == ["anna@example.org"]


# %% websocket: a websocket endpoint, between two messages
# place: websocket
app = FastAPI()


@app.websocket("/")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    heard = await websocket.receive_text()
    block()
    await websocket.send_text(heard)
    await websocket.close()


async def main() -> None:
    assert await fixtures.websocket(app, "hello") == ["hello"]


# %% streaming_generator: the generator of a streamed response
# place: streaming generator
app = FastAPI()


async def parts() -> AsyncIterator[str]:
    yield "first, "
    block()
    yield "last"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(parts())


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).text == "first, last"


# %% sse_generator: a stream of events
# place: sse generator
app = FastAPI()


async def news() -> AsyncIterator[str]:
    yield ": hello\n\n"
    block()
    yield "data: shipped\n\n"


@app.get("/")
async def root() -> StreamingResponse:
    return StreamingResponse(news(), media_type="text/event-stream")


async def main() -> None:
    async with fixtures.client(app) as client:
        assert "data: shipped" in (await client.get("/")).text


# %% http_middleware: a middleware function
# place: http middleware
app = FastAPI()


@app.middleware("http")
async def stamped(request: Request, call_next: RequestResponseEndpoint) -> Response:
    block()
    response = await call_next(request)
    response.headers["x-version"] = "1.7"
    return response


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).headers["x-version"] == "1.7"


# %% base_http_middleware: a middleware class of Starlette
# place: base http middleware
class Identify(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        block()
        request.state.user = "anna"
        return await call_next(request)


app = FastAPI()
app.add_middleware(Identify)


@app.get("/")
async def root(request: Request) -> str:
    return str(request.state.user)


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "anna"


# %% asgi_middleware: a plain ASGI middleware, before the application
# place: asgi middleware
class Throttle:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            block()
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Throttle)


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello"


# %% asgi_send: a plain ASGI middleware, at each body that it passes on
# place: asgi middleware
class Counted:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.bodies = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counting(message: Message) -> None:
            if message["type"] == "http.response.body":
                block()
                self.bodies += 1
            await send(message)

        await self.app(scope, receive, counting)


app = FastAPI()
app.add_middleware(Counted)


@app.get("/")
async def root() -> str:
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello"


# %% exception_handler: an exception handler
# place: exception handler
class SoldOutError(Exception):
    pass


app = FastAPI()


@app.exception_handler(SoldOutError)
async def sold_out(_: Request, error: SoldOutError) -> JSONResponse:
    block()
    return JSONResponse({"error": str(error)}, 409)


@app.get("/")
async def root() -> str:
    raise SoldOutError("row 12")


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == {"error": "row 12"}


# %% def_route: a `def` route, to which FastAPI gives a thread
# kind: correct
# place: def route
app = FastAPI()


@app.get("/")
def root() -> str:
    block()
    return "hello"


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "hello"


# %% def_dependency: a `def` dependency, to which FastAPI gives a thread
# kind: correct
# place: def dependency
app = FastAPI()


def current_user() -> str:
    block()
    return "anna"


@app.get("/")
async def root(user: Annotated[str, Depends(current_user)]) -> str:
    return user


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/")).json() == "anna"
