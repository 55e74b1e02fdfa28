"""Blockers that compute: what is to be named is the function that they stand in."""

import bz2
import copy
import difflib
import hashlib
import itertools
import json
import lzma
import math
import mmap
import pickle
import random
import re
import statistics
import sys
import time
import zlib
from collections import Counter
from decimal import Decimal, localcontext
from typing import Any

from pydantic import BaseModel, TypeAdapter

from tests.bench.blocking import fixtures


# %% cpu_loop: a loop in Python
# blocks: cpu
# in: coroutine
def block() -> None:
    seen, value = 0, 1
    for _ in range(1_500_000):
        value = value * 48_271 % 2_147_483_647 if value % 7 else value + seen + 1  # <-


# %% cpu_busy_wait: a loop that looks at the clock
# blocks: cpu
# in: wait_for
def block() -> None:
    end = time.monotonic() + 2.0
    while time.monotonic() < end:  # <-
        pass


# %% cpu_sums: sums in a loop
# blocks: cpu
# in: deep_helper
rows = list(range(2000))


def block() -> None:
    for _ in range(4_500):
        sum(map(abs, rows))  # <-


# %% cpu_maxima: maxima in a loop
# blocks: cpu
# in: loop_in_thread
def block() -> None:
    for page in range(1_400):
        max(map(page.__xor__, range(2_000)))  # <-


# %% cpu_prime: divisions by millions of numbers, in a single call
# blocks: cpu
# in: call_soon
def block() -> None:
    prime = 67_280_421_310_721
    all(map(prime.__mod__, range(2, math.isqrt(prime) // 2)))  # <-


# %% cpu_chain: a sum over a chain of ranges
# blocks: cpu
# in: async_generator
def block() -> None:
    days = itertools.repeat(range(1000), 15_000)
    sum(itertools.chain.from_iterable(days))  # <-


# %% cpu_factorial: products of growing numbers
# blocks: cpu
# in: async_comprehension
def block() -> None:
    product = 1
    for factor in range(2, 10_500):
        product = product * factor * factor * factor * factor  # <-


# %% cpu_big_power: a signature with big numbers
# blocks: cpu
# in: lambda_function
modulus = 2**5300 - 1371
secret = 2**5299 - 19


def block() -> None:
    pow(271_828, secret, modulus)  # <-


# %% cpu_digits: very big powers, and all their digits
# blocks: cpu
# in: helper
sys.set_int_max_str_digits(0)


def block() -> None:
    for exponent in range(18_000, 18_260):
        len(str(pow(3, exponent)))  # <-


# %% cpu_decimal: a logarithm with thousands of digits
# blocks: cpu
# in: computed_field
def block() -> None:
    with localcontext(prec=3_400):
        Decimal("1.05").ln()  # <-


# %% cpu_sines: sines of two million numbers
# blocks: cpu
# in: json_encoder
def block() -> None:
    math.fsum(map(math.sin, map(math.sqrt, range(2_000_000))))  # <-


# %% cpu_stdev: the deviation of many numbers
# blocks: cpu
# in: getattr
temperatures = [number * 37 % 1000 / 10 for number in range(250_000)]


def block() -> None:
    statistics.stdev(temperatures)  # <-


# %% cpu_matrices: matrices multiplied in plain Python
# blocks: cpu
# in: anyio_task_group
square = [[float(i * j % 7) for j in range(145)] for i in range(145)]
matrix = [[0.0] * 145 for _ in range(145)]


def block() -> None:
    for i in range(145):
        for j in range(145):
            for k in range(145):
                matrix[i][j] += square[i][k] * square[k][j]  # <-


# %% cpu_membership: ids looked up in a long list
# blocks: cpu
# in: queue_consumer
known = list(range(10_000))


def block() -> None:
    fresh = 0
    for number in range(8_000, 11_000):
        fresh += number not in known  # <-


# %% cpu_sort: a long list sorted by a key
# blocks: cpu
# in: coroutine
people = [f"Person {number * 7919 % 1_000_003}" for number in range(700_000)]


def block() -> None:
    sorted(people, key=str.casefold)  # <-


# %% cpu_sort_of_texts: a long report sorted
# blocks: cpu
# in: signal_handler
def block() -> None:
    sorted(map(str, range(1_300_000)))  # <-


# %% cpu_permutations: all permutations of some letters, sorted
# blocks: cpu
# in: exception_handler
def block() -> None:
    sorted(map("".join, itertools.permutations("abcdefghij", 7)), key=str.swapcase)  # <-


# %% cpu_counter: the words of a long text, counted
# blocks: cpu
# in: endpoint_class
words = "the quick brown fox jumps over the lazy dog and comes back for more " * 80_000


def block() -> None:
    Counter(words.split()).most_common(3)  # <-


# %% cpu_difflib: the nearest of many words
# blocks: cpu
# in: websocket
words = [f"{number * 7919 % 99_991:05}tion" for number in range(55_000)]


def block() -> None:
    difflib.get_close_matches("10203tion", words, cutoff=0.7)  # <-


# %% cpu_regex: a pattern that backtracks for very long
# blocks: cpu
# in: field_validator
names = re.compile(r"(\w+\s?)+$")


def block() -> None:
    assert not names.match("a" * 22 + "!")  # <-


# %% cpu_concatenation: a page put together string by string, from its end
# blocks: cpu
# in: streaming_generator
archive = "<tr><td>0</td><td>a row of a long table</td></tr>\n" * 10_000


def block() -> None:
    page = archive
    for number in range(12_000):
        page = f"<tr><td>{number}</td><td>a row of a long table</td></tr>\n" + page  # <-


# %% cpu_repr: a huge dict as a text
# blocks: cpu
# in: repr
items = {f"item {number}": number * 1.17 for number in range(400_000)}


def block() -> None:
    str(items)  # <-


# %% cpu_deepcopy: a deep copy of a huge structure
# blocks: cpu
# in: aenter
items = [{"id": number, "tags": ["a", "b"]} for number in range(50_000)]


def block() -> None:
    copy.deepcopy(items)  # <-


# %% cpu_pickle: a huge structure pickled
# blocks: cpu
# in: task
positions = {f"{x}/{y}": (x * 0.5, y * 0.5, f"{x}-{y}") for x in range(180) for y in range(1000)}


def block() -> None:
    pickle.dumps(positions)  # <-


# %% cpu_json_dumps: a huge document written as JSON
# blocks: cpu
# in: response_class
catalogue = [{"id": number, "name": f"item {number}"} for number in range(220_000)]


def block() -> None:
    json.dumps(catalogue, ensure_ascii=False, separators=(", ", ": ")).encode()  # <-


# %% cpu_json_loads: a huge document of JSON read
# blocks: cpu
# in: protocol
measured = json.dumps([number * 1.37 for number in range(350_000)])


def block() -> None:
    json.loads(measured)  # <-


# %% cpu_validation: a huge list validated by pydantic
# blocks: cpu
# in: helper
class Item(BaseModel):
    id: int
    name: str
    tags: list[str]


valid = TypeAdapter(list[Item])
rows: list[dict[str, Any]] = [
    {"id": str(n), "name": f"item {n}", "tags": ["a", "b"]} for n in range(80_000)
]


def block() -> None:
    valid.validate_python(rows)  # <-


# %% cpu_search_in_a_map: a big mapped file searched: no read is called, the pages come
# blocks: cpu
# in: helper
big = fixtures.big_file().open("rb")
pages = mmap.mmap(big.fileno(), 0, prot=mmap.PROT_READ)


def block() -> None:
    for number in range(48):
        assert pages.find(b"a line of %d words" % number) < 0  # <-


# %% cpu_zlib: `zlib.compress`, as hard as it can
# blocks: cpu
# in: asgi_send
report_bytes = b"".join(b"%d orders of tea, " % number for number in range(600_000))


def block() -> None:
    zlib.compress(report_bytes, 9)  # <-


# %% cpu_zlib_of_noise: `zlib.compress` of what cannot be compressed
# blocks: cpu
# in: executor
noise = random.Random(1).randbytes(8 * 1024**2)


def block() -> None:
    zlib.compress(noise, 6)  # <-


# %% cpu_unzip: `zlib.decompress`
# blocks: cpu
# in: call_soon_threadsafe
packed = zlib.compress(b"all the orders of a long year, " * 3_500_000, 1)


def block() -> None:
    zlib.decompress(packed)  # <-


# %% cpu_bz2: `bz2.compress`
# blocks: cpu
# in: shutdown
journal = b"".join(b"%d: someone looked at the tea\n" % number for number in range(150_000))


def block() -> None:
    bz2.compress(journal)  # <-


# %% cpu_lzma: `lzma.compress`
# blocks: cpu
# in: aexit
letters = b"".join(b"Dear customer %d, your order is on its way. " % n for n in range(20_000))


def block() -> None:
    lzma.compress(letters)  # <-


# %% cpu_sha3: the hash of a big buffer, which lets other threads run
# blocks: cpu
# in: background_task, logging_filter
backup = b"0123456789abcdef" * 7_000_000


def block() -> None:
    hashlib.sha3_256(backup)  # <-


# %% cpu_pbkdf2: a password checked with PBKDF2
# blocks: cpu
# in: dependency, to_thread
def block() -> None:
    hashlib.pbkdf2_hmac("sha256", b"secret", b"a pinch of salt", 700_000)  # <-


# %% cpu_scrypt: a password hashed with scrypt
# blocks: cpu
# in: route
def block() -> None:
    hashlib.scrypt(b"secret", salt=b"a pinch of salt", n=2**17, r=8, p=1, maxmem=2**28)  # <-
