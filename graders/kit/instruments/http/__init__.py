"""HTTP in both directions: requests to an app, and an upstream service that the app calls.

`asgi` drives an app inside the running loop (`exchange` is one request, `websocket` one
connection, `visitors` arrive and leave), `server` serves it on a real socket, `lifespan`
starts and stops it, `upstream` is a fake HTTP service behind httpx.
"""
