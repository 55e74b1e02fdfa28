"""pyleak, with a threshold of 50 ms."""

from __future__ import annotations

import functools

from tests.bench.blocking.detectors import pyleak

watch = functools.partial(pyleak.watch, threshold=0.05)
