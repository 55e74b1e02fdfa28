"""The time a request takes

Somebody says the shop is slow, and nobody knows where. From today each
response tells how long it took, in a header `X-Process-Time`.

- `install(app)` sees to that, for the FastAPI app it is given and for no other.
  It is called once for an app, before or after its routes are added.
- Every response has the header, once: of every route, method and status, also
  a 404, a 422, a redirect, and a Response object that a route returns again.
  Only the 500 of an error that nobody handles may lack it.
- It holds the seconds from the request's arrival until its response begins, as
  a plain number with a hundredth of a second or finer: "0.25".
- It is right even if the computer's clock is set back meanwhile.
- Requests overlap: each response tells the time of its own request, and no
  request waits for another.
- Nothing else about a response changes: status, body, the other headers, its
  background task. A stream still comes piece by piece, each when it is ready,
  and an error that nobody handles still reaches the server.
- WebSockets and the app's lifespan go on as before.
- A request's body still reaches its route, in one piece or in many.

    nox -s grade -- k310
"""

from fastapi import FastAPI


# TODO: every response of `app` tells in its headers how long it took.
def install(app: FastAPI) -> None:
    raise NotImplementedError
