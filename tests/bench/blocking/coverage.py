"""The calls that our peers know, and which case makes each; or why it is no case.

Read from the installed modules on 2026-11-24: what `BlockBuster().functions` of
blockbuster 1.5.29 holds, and `BLOCKING_EVENTS_DICT` and `FUNCTIONS_TO_PATCH_DICT` of
aiocop 1.2.1. Each case is named with the text that makes the call: itself, or by way of what
is documented to make it (`Connection.executemany` calls `Cursor.executemany`).
"""

from __future__ import annotations

Covered = dict[str, str] | str
"""Cases with what makes the call in them, or the reason why there is none."""

CACHED = "a question that the kernel answers from memory: correct, or grey where it touches a disk"
CHANGED = "one change of a folder, which the kernel writes down later: grey, as making one is"
PATHS = "a computation on paths, with at most a stat in it"
STARTS = "it starts something and does not wait for it: the calls that wait have cases"
SETS_UP = "it sets a socket up and waits for nobody"
REMOTE = "a client of the standard library that connects a socket: the socket's calls have cases"
FORGETS = "what was not committed is forgotten: it waits for no lock, and hardly for the disk"
REQUEST = "an object is made, and nothing is sent: urlopen has a case"

BLOCKBUSTER: dict[str, Covered] = {
    "time.sleep": {"blocking/sleep_in_coroutine": "time.sleep("},
    "os.statvfs": {"grey/disk_usage": "shutil.disk_usage("},
    "os.rename": {"grey/folder_made_renamed_removed": "os.rename("},
    "os.remove": CHANGED,
    "os.rmdir": CHANGED,
    "os.link": CHANGED,
    "os.symlink": CHANGED,
    "os.listdir": {
        "blocking/file_listdir_in_coroutine": "os.listdir(",
        "grey/listdir_of_three_entries": "os.listdir(",
    },
    "os.access": {"grey/which": "shutil.which("},
    "os.getcwd": {"correct/questions_to_the_system": "os.getcwd("},
    "os.stat": {
        "correct/questions_to_the_system": "os.stat(",
        "grey/hundred_stats": "os.stat(",
    },
    "os.mkdir": {"grey/folder_made_renamed_removed": "os.mkdir("},
    "os.replace": CHANGED,
    "os.readlink": CACHED,
    "os.sendfile": {"blocking/file_sendfile_in_coroutine": "os.sendfile("},
    "os.unlink": {"grey/folder_made_renamed_removed": "os.unlink("},
    "os.scandir": {
        "blocking/file_rglob_in_async_iterator": ".rglob(",
        "blocking/file_walk_in_helper": "os.walk(",
    },
    "os.path.ismount": CACHED,
    "os.path.samestat": PATHS,
    "os.path.sameopenfile": CACHED,
    "os.path.islink": CACHED,
    "os.path.abspath": PATHS,
    "os.read": {
        "blocking/file_os_read_in_coroutine": "os.read(",
        "blocking/file_os_read_of_a_pipe_in_task": "os.read(",
    },
    "os.write": {
        "blocking/file_os_write_to_a_full_pipe_in_helper": "os.write(",
        "grey/bytes_written_to_a_pipe": "os.write(",
    },
    "io.BufferedReader.read": {
        "blocking/file_open_and_read_in_route": ".read()",
        "blocking/file_read_bytes_in_dependency": ".read_bytes()",
    },
    "io.BufferedWriter.write": {"blocking/file_write_in_background_task": "file.write("},
    "io.BufferedRandom.read": {"blocking/file_read_and_write_mode_in_method": "index.read("},
    "io.BufferedRandom.write": {"blocking/file_temporary_in_route": "spool.write("},
    "io.TextIOWrapper.read": {"blocking/file_read_text_in_coroutine": ".read_text()"},
    "io.TextIOWrapper.write": {"blocking/file_write_text_in_coroutine": ".write_text("},
    "socket.socket.connect": {"blocking/socket_connect_in_coroutine": "probe.connect("},
    "socket.socket.accept": {"blocking/socket_accept_in_lifespan": "listener.accept("},
    "socket.socket.send": {"blocking/socket_send_in_background_task": "ours.send("},
    "socket.socket.sendall": {"blocking/socket_sendall_in_coroutine": "ours.sendall("},
    "socket.socket.sendto": {"blocking/socket_sendto_in_async_method": ".sendto("},
    "socket.socket.recv": {"blocking/socket_recv_in_coroutine": "ours.recv("},
    "socket.socket.recv_into": {"blocking/socket_recv_into_in_async_method": ".recv_into("},
    "socket.socket.recvfrom": {"blocking/socket_recvfrom_in_task": "datagrams.recvfrom("},
    "socket.socket.recvfrom_into": {
        "blocking/socket_recvfrom_into_in_coroutine": ".recvfrom_into("
    },
    "socket.socket.recvmsg": {"blocking/socket_recvmsg_in_helper": "ours.recvmsg("},
    "ssl.SSLSocket.write": {"blocking/socket_ssl_write_in_helper": "ours.write("},
    "ssl.SSLSocket.send": {"blocking/socket_ssl_sendall_in_helper": "ours.sendall("},
    "ssl.SSLSocket.read": {"blocking/socket_ssl_recv_in_coroutine": "ours.recv("},
    "ssl.SSLSocket.recv": {"blocking/socket_ssl_recv_in_coroutine": "ours.recv("},
    "sqlite3.Cursor.execute": {"blocking/database_cursor_execute_in_route": "cursor.execute("},
    "sqlite3.Cursor.executemany": {
        "blocking/database_executemany_in_background_task": "database.executemany("
    },
    "sqlite3.Cursor.executescript": {
        "blocking/database_executescript_in_lifespan": "database.executescript("
    },
    "sqlite3.Cursor.fetchone": {"blocking/database_fetchone_in_task": "cursor.fetchone("},
    "sqlite3.Cursor.fetchmany": {"blocking/database_fetchmany_in_websocket": "cursor.fetchmany("},
    "sqlite3.Cursor.fetchall": {"blocking/database_fetchall_in_dependency": "cursor.fetchall("},
    "sqlite3.Connection.execute": {
        "blocking/database_execute_under_a_lock_in_endpoint_class": "database.execute(",
        "grey/sqlite_in_memory": "db.execute(",
    },
    "sqlite3.Connection.executemany": {
        "blocking/database_executemany_in_background_task": "database.executemany("
    },
    "sqlite3.Connection.executescript": {
        "blocking/database_executescript_in_lifespan": "database.executescript("
    },
    "sqlite3.Connection.commit": {"blocking/database_commit_in_coroutine": "database.commit("},
    "sqlite3.Connection.rollback": FORGETS,
    "threading.Lock.acquire": {"blocking/lock_over_an_await": ".acquire("},
    "threading.Lock.acquire_lock": "the old name of acquire, which has cases",
    "builtins.input": {"blocking/input_of_an_operator_in_coroutine": "input("},
}

AIOCOP: dict[str, Covered] = {
    "socket.getaddrinfo": {"blocking/dns_one_lookup_in_coroutine": "socket.getaddrinfo("},
    "socket.gethostbyname": {
        "blocking/dns_gethostbyname_in_route": "socket.gethostbyname(",
    },
    "socket.gethostbyaddr": {"blocking/dns_reverse_lookup_in_http_middleware": "gethostbyaddr("},
    "open": {
        "blocking/file_open_of_a_fifo_in_coroutine": "open(",
        "blocking/file_touch_of_many_in_helper": "open(",
        "grey/open_of_a_small_file": "open(",
        "grey/open_of_the_null_device": "open(",
    },
    "tempfile.mkdtemp": CHANGED,
    "tempfile.mkstemp": {"grey/temporary_file_of_a_few_bytes": "tempfile."},
    "os.walk": {"blocking/file_walk_in_helper": "os.walk("},
    "os.fwalk": "as os.walk, which has a case",
    "glob.glob": "made of os.scandir, which has cases",
    "pathlib.Path.glob": "made of os.scandir, which has cases",
    "pathlib.Path.rglob": {"blocking/file_rglob_in_async_iterator": ".rglob("},
    "os.truncate": CHANGED,
    "shutil.copyfile": {"blocking/file_copy_in_helper": "shutil.copy("},
    "shutil.copymode": CHANGED,
    "shutil.copystat": CHANGED,
    "shutil.move": "a rename, or a copy, which has cases",
    "shutil.copytree": {"blocking/file_copytree_in_route": "shutil.copytree("},
    "shutil.rmtree": {"blocking/file_rmtree_in_dependency_after_yield": "shutil.rmtree("},
    "fcntl.flock": {"blocking/file_flock_of_a_process_in_coroutine": "fcntl.flock("},
    "fcntl.lockf": {"blocking/file_lockf_in_coroutine": "fcntl.lockf("},
    "http.client.connect": {"blocking/http_client_getresponse": "http.client."},
    "urllib.Request": REQUEST,
    "ftplib.connect": REMOTE,
    "smtplib.connect": REMOTE,
    "poplib.connect": REMOTE,
    "imaplib.open": REMOTE,
    "nntplib.connect": REMOTE,
    "os.system": {"blocking/subprocess_os_system_in_helper": "os.system("},
    "os.spawn": {"blocking/subprocess_os_spawn_in_coroutine": "os.spawnlp("},
    "os.posix_spawn": STARTS,
    "os.exec": "the program is another one from then on",
    "os.fork": STARTS,
    "subprocess.Popen": {
        "blocking/subprocess_with_popen": "subprocess.Popen(",
        "correct/popen_polled": "Popen(",
    },
    "os.kill": "a signal is sent, and nobody answers",
    "sqlite3.connect": {"grey/sqlite_in_memory": "sqlite3.connect("},
    "import": {
        "correct/heavy_first_import": "import ",
        "correct/import_that_burns": "import ",
    },
    "syslog.syslog": "a log line: every program writes them, none waits for them",
    "syslog.openlog": "a name is set, and nothing is sent",
    "socket.getnameinfo": {"blocking/dns_getnameinfo_in_helper": "socket.getnameinfo("},
    "socket.socket.connect_ex": {"blocking/socket_connect_ex_in_route": "probe.connect_ex("},
    "socket.socket.bind": SETS_UP,
    "socket.socket.sendmsg": {"blocking/socket_sendmsg_in_coroutine": "ours.sendmsg("},
}
"""Those that blockbuster does not know, too."""
