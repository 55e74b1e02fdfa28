"""A destructor that runs when a container is emptied."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "destructor"


class Session:
    def __init__(self, name: str) -> None:
        self.name = name

    def __del__(self) -> None:
        time.sleep(0.15)  # <-


sessions = {"anna": Session("anna")}


async def main() -> None:
    sessions.clear()
