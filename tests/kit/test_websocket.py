"""WebSocket connections to an app in the same loop."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket, WebSocketDisconnect, WebSocketException

from graders.kit.instruments.http.asgi import Asgi, ProtocolError
from graders.kit.instruments.http.websocket import Closed, Refused
from graders.kit.shared import codec
from tests.kit.simulation import Now, virtual


def chat(seen: list[Any] | None = None) -> FastAPI:
    app, seen = FastAPI(), [] if seen is None else seen

    @app.websocket("/echo/{name}")
    async def echo(socket: WebSocket, name: str, q: int = 0) -> None:
        await socket.accept(headers=[(b"x-name", name.encode())])
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    seen.append((message["code"], message["reason"]))
                    return
                if message.get("bytes"):
                    await socket.send_bytes(message["bytes"])
                    continue
                await asyncio.sleep(0.5)
                await socket.send_text(f"{name} {q} {message['text']}")
        finally:
            seen.append("cleaned up")

    @app.websocket("/closes")
    async def closes(socket: WebSocket) -> None:
        await socket.accept(subprotocol="v2")
        await socket.send_json({"last": True})
        await socket.close(4000, "enough")

    @app.websocket("/forbidden")
    async def forbidden(socket: WebSocket) -> None:
        raise WebSocketException(1008)

    @app.websocket("/fails")
    async def fails(socket: WebSocket) -> None:
        await socket.accept()
        raise KeyError("oops")

    @app.websocket("/pushes")
    async def pushes(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text("tick")
                await asyncio.sleep(1)
        except (WebSocketDisconnect, OSError) as error:
            seen.append(type(error))

    return app


@virtual
async def test_messages_go_to_and_fro_at_their_times(now: Now) -> None:
    """Text and bytes, path and query arrive; each message has its exact time."""
    seen: list[Any] = []
    async with (
        Asgi(now)(chat(seen)) as client,
        client.websocket("/echo/ann", params={"q": 7}) as socket,
    ):
        await socket.send("hello")
        assert await socket.receive() == "ann 7 hello"
        await socket.send(b"raw")
        assert await socket.receive() == b"raw"
        await socket.close(3000, "done")

    assert ("x-name", "ann") in socket.headers
    assert [(m.at, m.by, m.data) for m in socket.messages] == [
        (0.0, "client", "hello"),
        (0.5, "app", "ann 7 hello"),
        (0.5, "client", b"raw"),
        (0.5, "app", b"raw"),
    ]
    assert (socket.code, socket.reason, socket.closed_by) == (3000, "done", "client")
    assert seen == [(3000, "done"), "cleaned up"]
    assert (socket.accepted_at, socket.closed_at, socket.finished_at) == (0.0, 0.5, 0.5)
    assert codec.decode(codec.encode(socket.messages))[0].data == "hello"


@virtual
async def test_the_app_may_close(now: Now) -> None:
    """What it sent before can still be received; then `Closed` has its code and reason."""
    async with (
        Asgi(now)(chat()) as client,
        client.websocket("/closes", subprotocols=["v1", "v2"]) as socket,
    ):
        await asyncio.sleep(1)
        assert await socket.receive_json() == {"last": True}
        for _ in range(2):
            with pytest.raises(Closed, match="code 4000: enough"):
                await socket.receive()
        with pytest.raises(Closed):
            await socket.send_json([])

    assert (socket.subprotocol, socket.closed_by, socket.closed_at) == ("v2", "app", 0.0)


@pytest.mark.parametrize(("path", "status"), [("/forbidden", 403), ("/nowhere", 403)])
async def test_a_refused_connection_raises(path: str, status: int) -> None:
    """With the status that the client would see."""
    async with Asgi(lambda: 0.0)(chat()) as client:
        with pytest.raises(Refused) as caught:
            async with client.websocket(path):
                pass
    assert caught.value.status == status


@virtual
async def test_a_lost_connection_is_code_1006(now: Now) -> None:
    """The app is told, and may clean up."""
    seen: list[Any] = []
    async with Asgi(now)(chat(seen)) as client, client.websocket("/echo/bob") as socket:
        socket.disconnect()
    assert seen == [(1006, ""), "cleaned up"]


@virtual
async def test_leaving_closes_the_connection(now: Now) -> None:
    """With code 1001, and waits until the app has returned."""
    seen: list[Any] = []
    async with Asgi(now)(chat(seen)) as client, client.websocket("/echo/eve") as socket:
        pass
    assert seen == [(1001, ""), "cleaned up"]
    assert socket.finished_at is not None


@virtual
async def test_sending_to_a_client_that_left_fails_from_spec_2_4_on(now: Now) -> None:
    """As uvicorn does."""
    seen: list[Any] = []
    async with (
        Asgi(now)(chat(seen), spec_version="2.4") as client,
        client.websocket("/pushes") as socket,
    ):
        assert await socket.receive() == "tick"
    assert seen == [WebSocketDisconnect]
    assert socket.finished_at == 1.0


async def test_an_exception_of_the_app_closes_with_1011() -> None:
    """And can be read from the connection."""
    async with Asgi(lambda: 0.0)(chat()) as client, client.websocket("/fails") as socket:
        with pytest.raises(Closed, match="1011"):
            await socket.receive()
    assert isinstance(socket.error, KeyError)


async def test_an_app_that_breaks_the_protocol_is_refused() -> None:
    """It sends before it accepts, or returns without an answer."""

    async def sends(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.send", "text": "too early"})

    async def returns(scope: Any, receive: Any, send: Any) -> None:
        pass

    for app in (sends, returns):
        async with Asgi(lambda: 0.0)(app, lifespan=False) as client:
            with pytest.raises(Refused) as caught:
                async with client.websocket("/"):
                    pass
        assert isinstance(caught.value.__cause__, ProtocolError)
        assert caught.value.status == 500
