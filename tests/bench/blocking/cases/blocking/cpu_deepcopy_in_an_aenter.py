"""A huge structure is copied in `__aenter__`, to have something to go back to."""

import copy

FAMILY = "cpu"
CALL = "__aenter__"
PLACE = "async context manager"

State = dict[str, list[dict[str, object]]]
state: State = {"items": [{"id": n, "tags": ["a", "b"]} for n in range(75_000)]}


class Transaction:
    async def __aenter__(self) -> State:
        self.before = copy.deepcopy(state)  # <-
        return state

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            state.update(self.before)


async def main() -> None:
    async with Transaction() as items:
        items["items"].clear()
