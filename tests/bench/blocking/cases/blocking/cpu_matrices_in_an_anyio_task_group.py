"""Matrices multiplied in plain Python, in an anyio task group."""

import anyio

FAMILY = "cpu"
CALL = "multiply"
PLACE = "anyio task group"

Matrix = list[list[float]]


async def multiply(left: Matrix, right: Matrix, into: Matrix) -> None:
    size = len(left)
    for i in range(size):
        for j in range(size):
            for k in range(size):
                into[i][j] += left[i][k] * right[k][j]  # <-


async def main() -> None:
    square = [[float(i * j % 7) for j in range(145)] for i in range(145)]
    product = [[0.0] * 145 for _ in range(145)]
    async with anyio.create_task_group() as group:
        group.start_soon(multiply, square, square, product)
    assert product[1][1] > 0
