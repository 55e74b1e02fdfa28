"""No framework at all: one ASGI callable."""

import json


def create_app(work):
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        status, content = await answer(scope["path"])
        body = json.dumps(content).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(path):
        match path.split("/")[1:]:
            case [""]:
                return 200, {"message": await work()}
            case ["ping"]:
                return 200, {"ping": "pong"}
            case ["items", item] if item.removeprefix("-").isdecimal():
                return 200, {"item_id": int(item)}
            case ["items", _]:
                return 422, {"detail": "not a whole number"}
        return 404, {"detail": "not found"}

    return app
