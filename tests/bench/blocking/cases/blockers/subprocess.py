"""Blockers that wait for a child process, or for what it writes and reads."""

import csv
import json
import os
import subprocess
import threading

from tests.bench.blocking import fixtures


# %% subprocess_run: `subprocess.run`
# blocks: subprocess, subprocess.run
# in: coroutine, http_middleware, model_validator_before, response_class, to_thread
def block() -> None:
    subprocess.run(["sleep", "0.2"], check=True)  # <-


# %% subprocess_run_with_a_timeout: `subprocess.run` that gives up on its child
# blocks: subprocess, subprocess.run
# in: async_method
def block() -> None:
    try:
        subprocess.run(["sleep", "5"], timeout=0.2, check=False)  # <-
    except subprocess.TimeoutExpired:
        pass


# %% subprocess_call: `subprocess.call`
# blocks: subprocess, subprocess.call
# in: finally_clause, signal_handler
def block() -> None:
    subprocess.call(["sleep", "0.2"])  # <-


# %% subprocess_check_call: `subprocess.check_call`
# blocks: subprocess, subprocess.check_call
# in: call_later, lifespan
def block() -> None:
    subprocess.check_call(["sleep", "0.2"])  # <-


# %% subprocess_check_output: `subprocess.check_output`
# blocks: subprocess, subprocess.check_output
# in: route, getattr, loop_signal_handler
def block() -> None:
    subprocess.check_output(["sh", "-c", "sleep 0.2; echo 1.2"], text=True)  # <-


# %% subprocess_getoutput: `subprocess.getoutput`
# blocks: subprocess, subprocess.getoutput
# in: dependency
def block() -> None:
    subprocess.getoutput("sleep 0.2; echo 4f2a")  # <-


# %% subprocess_communicate: `Popen.communicate`
# blocks: subprocess, subprocess.Popen.communicate
# in: background_task, shield
def block() -> None:
    command = ["sh", "-c", "sleep 0.25; cat"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.communicate(b"12 tea")  # <-


# %% subprocess_wait: `Popen.wait`
# blocks: subprocess, subprocess.Popen.wait
# in: coroutine, destructor, executor
def block() -> None:
    child = subprocess.Popen(["sleep", "0.25"])
    child.wait()  # <-


# %% subprocess_os_wait: `os.wait` for any of the workers
# blocks: subprocess, os.wait
# in: task
def block() -> None:
    worker = subprocess.Popen(["sleep", "0.25"])
    _, status = os.wait()  # <-
    worker.returncode = os.waitstatus_to_exitcode(status)


# %% subprocess_os_wait3: `os.wait3`, for a child of whatever kind
# blocks: subprocess, os.wait3
# in: aexit
def block() -> None:
    os.posix_spawnp("sleep", ["sleep", "0.2"], os.environ)
    os.wait3(0)  # <-


# %% subprocess_os_waitid: `os.waitid` for a child of `Popen`
# blocks: subprocess, os.waitid
# in: helper
def block() -> None:
    child = subprocess.Popen(["sleep", "0.25"])
    os.waitid(os.P_PID, child.pid, os.WEXITED)  # <-
    child.returncode = 0


# %% subprocess_os_waitid_of_a_spawned_one: `os.waitid` for a child of `os.posix_spawnp`
# blocks: subprocess, os.waitid
# in: helper
def block() -> None:
    child = os.posix_spawnp("sleep", ["sleep", "0.2"], os.environ)
    os.waitid(os.P_PID, child, os.WEXITED)  # <-


# %% subprocess_os_waitpid: `os.waitpid`
# blocks: subprocess, os.waitpid
# in: coroutine, anyio_task_group
def block() -> None:
    child = os.posix_spawnp("sleep", ["sleep", "0.2"], os.environ)
    os.waitpid(child, 0)  # <-


# %% subprocess_os_spawn: `os.spawnlp` with `P_WAIT`
# blocks: subprocess, os.waitpid
# in: coroutine
def block() -> None:
    os.spawnlp(os.P_WAIT, "sleep", "sleep", "0.2")  # <-


# %% subprocess_os_system: `os.system`
# blocks: subprocess, os.system
# in: helper, gather
def block() -> None:
    os.system("sleep 0.2")  # <-


# %% subprocess_os_popen: all that a child of `os.popen` prints
# blocks: subprocess, pipe.read
# in: coroutine
def block() -> None:
    uptime = os.popen("sleep 0.25; echo up")
    assert uptime.read() == "up\n"  # <-


# %% subprocess_output: all that a child prints, by `read`
# blocks: subprocess, pipe.read
# in: coroutine
def block() -> None:
    child = subprocess.Popen(["sh", "-c", "sleep 0.25; echo 42"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.read() == b"42\n"  # <-


# %% subprocess_lines: the lines that a child prints, one by one
# blocks: subprocess, pipe.read
# in: async_generator
def block() -> None:
    command = ["sh", "-c", "echo one; sleep 0.25; echo two"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:  # <-
        assert line in ("one\n", "two\n")


# %% subprocess_readline: the first line that a child prints, by `readline`
# blocks: subprocess, pipe.read
# in: streaming_generator
def block() -> None:
    child = subprocess.Popen(["sh", "-c", "sleep 0.25; echo built"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"built\n"  # <-


# %% subprocess_csv: a table that a child prints, by `csv.reader`
# blocks: subprocess, pipe.read
# in: helper
def block() -> None:
    command = "echo name,price; sleep 0.25; echo tea,3"
    child = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert len(list(csv.reader(child.stdout))) == 2  # <-


# %% subprocess_json: a state that a child prints as JSON, by `json.load`
# blocks: subprocess, pipe.read
# in: route
def block() -> None:
    command = ["sh", "-c", "sleep 0.25; echo '{\"web\": 3}'"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert json.load(child.stdout) == {"web": 3}  # <-


# %% subprocess_fifo: a line of a named pipe whose writer takes its time
# blocks: subprocess, pipe.read
# in: coroutine
fifo = fixtures.folder() / "commands"
os.mkfifo(fifo)
writing = os.open(fifo, os.O_RDWR)
commands = open(fifo)


def block() -> None:
    threading.Timer(0.25, os.write, args=[writing, b"stop\n"]).start()
    assert commands.readline() == "stop\n"  # <-


# %% subprocess_input: more than a pipe holds, for a child that is not reading yet
# blocks: subprocess, pipe.write
# in: coroutine
def block() -> None:
    command = ["sh", "-c", "sleep 0.25; cat > /dev/null"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(b"0123456789abcdef" * 65536)  # <-
