"""aiocop, and every audit event is a finding, as in its quick start: so it sees a short read."""

from __future__ import annotations

import functools

from tests.bench.blocking.detectors import aiocop

watch = functools.partial(aiocop.watch, short=True)
