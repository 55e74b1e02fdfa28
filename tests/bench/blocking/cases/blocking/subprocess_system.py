"""`os.system` in a helper."""

import os

FAMILY = "subprocess"
CALL = "os.system"
PLACE = "helper"


def reload_proxy() -> None:
    if os.system("sleep 0.2") != 0:  # <-
        raise RuntimeError("the proxy did not reload")


async def main() -> None:
    reload_proxy()
