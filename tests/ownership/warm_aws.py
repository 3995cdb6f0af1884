"""Keeps the AWS CLI loaded between calls: a new process takes ten times as long as the call.

A caller connects and sends its arguments, each followed by a NUL, and one more NUL. It gets the exit code on a separate
line, and then the command's output. The port is the first line of standard output.
"""

import io
import os
import socketserver
import sys
import threading
from typing import BinaryIO

from awscli.clidriver import create_clidriver

DRIVER = create_clidriver()


def arguments(stream: BinaryIO) -> list[str]:
    received = b""
    while not received.endswith(b"\0\0"):
        received += stream.read(1)
    return received[:-2].decode().split("\0")


class Call(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        real = sys.stdout
        sys.stdout = printed
        try:
            code = DRIVER.main(arguments(self.rfile))
        except SystemExit as exit_:
            code = exit_.code
        finally:
            sys.stdout = real
        printed.flush()
        self.wfile.write(f"{code or 0}\n".encode() + printed.buffer.getvalue())


def end_with_parent() -> None:
    """The test keeps the other end open: when it dies, even by SIGKILL, this process ends."""
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
with socketserver.TCPServer(("127.0.0.1", 0), Call) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
