"""A field serializer that waits for its turn."""

import time

from pydantic import BaseModel, field_serializer

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "serializer"


class Message(BaseModel):
    text: str

    @field_serializer("text")
    def translated(self, value: str) -> str:
        time.sleep(0.15)  # <-
        return value.upper()


async def main() -> None:
    assert Message(text="hello").model_dump_json() == '{"text":"HELLO"}'
