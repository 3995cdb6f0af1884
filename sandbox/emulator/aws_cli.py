"""Keeps the AWS CLI loaded: a new process for each call takes five times as long as the call.

The emulator starts `serve` in a separate process. `main`, which `<sandbox>/bin/aws` runs, sends
it a call: the standard streams, the arguments, the folder and the environment. Each call
runs in a fork, so calls do not affect each other.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from typing import Any

SOCKET = "aws.sock"
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
    loader.list_available_services("service-2")
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
        request = json.loads(connection.makefile().readline())
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        threading.Thread(target=end_with_caller, args=(connection,), daemon=True).start()
        code = driver.main(request["arguments"]) or 0
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


def end_with_caller(connection: socket.socket) -> None:
    if not connection.recv(1):
        os._exit(0)


def main(folder: str, program: str, arguments: list[str]) -> None:
    here = os.open(".", os.O_RDONLY)
    request = {"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
    connection = socket.socket(socket.AF_UNIX)
    try:
        # The path of a socket may have only about a hundred characters, so it is relative to its folder.
        os.chdir(folder)
        connection.connect(SOCKET)
    except OSError:
        os.fchdir(here)
        os.execv(program, [program, *arguments])
    socket.send_fds(connection, [b" "], [0, 1, 2])
    connection.sendall(json.dumps(request).encode() + b"\n")
    code = connection.recv(1)
    sys.exit(code[0] if code else 1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
