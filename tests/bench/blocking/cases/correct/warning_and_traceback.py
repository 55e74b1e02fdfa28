"""A warning, and a traceback as text."""

import traceback
import warnings


def parse(text: str) -> int:
    return int(text)


async def main() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("this will go away", stacklevel=1)
    assert len(caught) == 1
    try:
        parse("seven")
    except ValueError:
        assert 'parse("seven")' in traceback.format_exc()
