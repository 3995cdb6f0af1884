"""Keeps the AWS CLI loaded: a new process for each call takes five times as long as the call.

The emulator starts `serve` in a separate process. `aws_cli_client.py` sends it a call: the standard
streams, the arguments, the folder and the environment. A worker, which is a fork, runs the call with a
driver of its own, like a new process. A worker runs one call at a time. It takes further calls as long as
it has run only API calls: other commands may change the process.
"""

import contextlib
import functools
import gc
import os
import selectors
import signal
import socket
import sys
import threading
import traceback
from typing import Any

from aws_cli_client import SOCKET

SERVICES = ("codedeploy", "ecr", "ecs", "elbv2", "ssm", "sts")
# Calls of these commands do not change the process. Each adds a megabyte of memory, because garbage collection is off.
COMMANDS = ("deploy", "ec2", "ecr", "ecs", "elbv2", "iam", "kms", "ssm", "sts")
CALLS = 50


def start() -> None:
    """Starts `serve` in the current folder; it ends when the calling process ends."""
    alive, parent = os.pipe()
    if os.fork() == 0:
        os.close(parent)
        threading.Thread(target=end_after, args=(alive,), daemon=True).start()
        serve()


def end_after(alive: int) -> None:
    os.read(alive, 1)
    os._exit(0)


def serve() -> None:
    loader = load()
    # A collection would copy the memory that the workers share.
    gc.disable()
    # The system removes each worker when it ends.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(SOCKET)
    server = socket.socket(socket.AF_UNIX)
    server.bind(SOCKET)
    server.listen(64)
    sockets = selectors.DefaultSelector()
    sockets.register(server, selectors.EVENT_READ)
    idle: list[socket.socket] = []
    while True:
        # Workers first: a worker that reported the end of its call before this call came can take this call.
        for key, _ in sorted(sockets.select(), key=lambda ready: ready[0].fileobj is server):
            worker = key.fileobj
            assert isinstance(worker, socket.socket)
            if worker is server:
                connection, _ = server.accept()
                assign(connection, sockets, idle, loader)
                connection.close()
            elif is_idle(worker):
                idle.append(worker)
            else:
                sockets.unregister(worker)
                worker.close()
                if worker in idle:
                    idle.remove(worker)


def is_idle(worker: socket.socket) -> bool:
    """Reads a worker's message: true if its call has ended, false if the worker itself has ended."""
    try:
        return bool(worker.recv(1))
    except OSError:
        return False


def assign(
    connection: socket.socket, sockets: selectors.BaseSelector, idle: list[socket.socket], loader: Any
) -> None:
    """Gives a call to an idle worker, or to a new one."""
    while idle:
        # An idle worker that somebody has killed is left out.
        with contextlib.suppress(OSError):
            socket.send_fds(idle.pop(), [b" "], [connection.fileno()])
            return
    worker, parent = socket.socketpair()
    if os.fork() == 0:
        # With copies of these in other processes, no worker would learn that this server has ended.
        worker.close()
        for key in list(sockets.get_map().values()):
            os.close(key.fd)
        work(parent, connection, loader)
    parent.close()
    sockets.register(worker, selectors.EVENT_READ)
    socket.send_fds(worker, [b" "], [connection.fileno()])


def work(parent: socket.socket, first: socket.socket, loader: Any) -> None:
    """Runs one call after the other, and never returns."""
    first.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for left in reversed(range(CALLS)):
        _, descriptors, _, _ = socket.recv_fds(parent, 1, 1)
        if not descriptors:
            break
        connection = socket.socket(fileno=descriptors[0])
        code, unchanged = call(connection, loader)
        if left > 0 and unchanged:
            parent.send(b" ")
        with contextlib.suppress(OSError):
            connection.send(bytes([code]))
            # Ends the thread that waits for the caller's end.
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        if not unchanged:
            break
    os._exit(0)


def load() -> Any:
    """Loads the AWS CLI, and returns the loader of its data, which all calls share. Calls share nothing else."""
    # Puts its own botocore in place of the installed one.
    from awscli.clidriver import create_clidriver
    from botocore import hooks  # isort: skip

    import aws_cli_copies  # noqa: F401

    # Each driver registers the same four hundred handlers. To find their signatures and names takes longer than a call.
    hooks.accepts_kwargs = functools.lru_cache(4096)(hooks.accepts_kwargs)
    hooks.EventAliaser._alias_event_name = by_name(hooks.EventAliaser._alias_event_name)
    session = create_clidriver().session
    loader = session.get_component("data_loader")
    for kind in ("service-2", "paginators-1", "waiters-2"):
        loader.list_available_services(kind)
    for service in SERVICES:
        session.create_client(service, "us-east-1", aws_access_key_id="-", aws_secret_access_key="-")
    return loader


def by_name(function: Any) -> Any:
    """Returns the method with a cache of its results by name."""
    results: dict[str, str] = {}

    def method(self: Any, name: str) -> str:
        if name not in results:
            results[name] = function(self, name)
        return results[name]

    return method


def call(connection: socket.socket, loader: Any) -> tuple[int, bool]:
    """Runs one call. Returns its code, and whether the process can run another one."""
    from awscli.clidriver import create_clidriver

    code, unchanged, ended = 255, False, threading.Event()
    try:
        _, streams, _, _ = socket.recv_fds(connection, 1, 3)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin = open(0, closefd=False)
        arguments = read(connection)
        threading.Thread(target=end_with_caller, args=(connection, ended), daemon=True).start()
        driver = create_clidriver()
        driver.session.register_component("data_loader", loader)
        code = driver.main(arguments) or 0
        sys.stdout.flush()
        sys.stderr.flush()
        unchanged = bool(arguments) and "--debug" not in arguments and arguments[0] in COMMANDS
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        # The caller's streams end before the call does.
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nothing, number)
        os.close(nothing)
        ended.set()
    return code, unchanged


def read(connection: socket.socket) -> list[str]:
    """Takes over the caller's folder and environment, and returns the arguments."""
    with connection.makefile("rb") as stream:
        folder, count, *rest = stream.read(int(stream.readline())).split(b"\0")
    os.chdir(folder)
    os.environb.clear()
    os.environb.update(variable.split(b"=", 1) for variable in rest[int(count) :])
    return [os.fsdecode(argument) for argument in rest[: int(count)]]


def end_with_caller(connection: socket.socket, ended: threading.Event) -> None:
    with contextlib.suppress(OSError):
        if not connection.recv(1) and not ended.is_set():
            os._exit(0)
