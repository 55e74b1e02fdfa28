"""`open` of the null device: a file only by name?"""

import os


async def main() -> None:
    with open(os.devnull, "w") as nowhere:
        nowhere.write("x")
