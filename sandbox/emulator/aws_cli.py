"""Keeps the AWS CLI loaded: a new process for each call takes five times as long as the call.

The emulator starts `serve` in a separate process. `aws_cli_client.py` sends it a call: the standard
streams, the arguments, the folder and the environment. Each call runs in a fork, so calls do not
affect each other.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import threading
import traceback
from typing import Any

from aws_cli_client import SOCKET

SERVICES = ("codedeploy", "ecr", "ecs", "elbv2", "ssm", "sts")


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
    from awscli.clidriver import create_clidriver

    import aws_cli_copies  # noqa: F401

    driver = create_clidriver()
    read_models(driver.session)
    # A collection in a call's process would copy the memory that it shares with this one.
    gc.disable()
    # The system removes each call's process when it ends.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(SOCKET)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(SOCKET)
        server.listen(64)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                call(driver, connection)
            connection.close()


def read_models(session: Any) -> None:
    """Fills the loader that all calls share, by clients of another session: nothing else of them stays."""
    loader = session.get_component("data_loader")
    for kind in ("service-2", "paginators-1", "waiters-2"):
        loader.list_available_services(kind)
    other = type(session)()
    other.register_component("data_loader", loader)
    for service in SERVICES:
        other.create_client(service, "us-east-1", aws_access_key_id="-", aws_secret_access_key="-")


def call(driver: Any, connection: socket.socket) -> None:
    """Runs one call and never returns; an error ends only this call's process."""
    code = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, streams, _, _ = socket.recv_fds(connection, 1, 3)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        arguments = read(connection)
        threading.Thread(target=end_with_caller, args=(connection,), daemon=True).start()
        code = driver.main(arguments) or 0
        sys.stdout.flush()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        with contextlib.suppress(OSError):
            connection.send(bytes([code]))
        os._exit(0)


def read(connection: socket.socket) -> list[str]:
    """Takes over the caller's folder and environment, and returns the arguments."""
    with connection.makefile("rb") as stream:
        folder, count, *rest = stream.read(int(stream.readline())).split(b"\0")
    os.chdir(folder)
    os.environb.clear()
    os.environb.update(variable.split(b"=", 1) for variable in rest[int(count) :])
    return [os.fsdecode(argument) for argument in rest[: int(count)]]


def end_with_caller(connection: socket.socket) -> None:
    if not connection.recv(1):
        os._exit(0)
