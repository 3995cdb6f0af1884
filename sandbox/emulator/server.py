"""Starts moto, an emulator of the AWS APIs, on a loopback port: a free one
unless --port names one.

Prints one line of JSON, `{"port": ..., "pid": ...}`, when it is ready. The parent process holds its
standard input. Unless the parent writes "keep" to that pipe, the server ends when the pipe ends,
so a command that dies leaves nothing behind.
"""

import argparse
import functools
import gc
import json
import os
import sys
import threading

import aws_cli

if __name__ == "__main__":
    # Before moto is loaded: a fork keeps the memory of its parent.
    aws_cli.start()

# The modules that load now stay in memory: `gc.freeze` below excludes them from garbage collection.
gc.disable()

# moto reads these when it is imported.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "1"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

from botocore import loaders  # noqa: E402

# moto makes many sessions of botocore, and each one reads the list of all regions.
loaders.create_loader = functools.cache(loaders.create_loader)

from moto.core import responses  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

import control  # noqa: E402
import extensions  # noqa: E402, F401
import foreign  # noqa: E402


# moto reads its own folders and classes at each call, which takes a third of the call's time.
DomainDispatcherApplication.get_backend_for_host = functools.cache(DomainDispatcherApplication.get_backend_for_host)
responses.method_names_from_class = functools.cache(responses.method_names_from_class)


class QuietHandler(WSGIRequestHandler):
    """Logs errors only: an update makes thousands of calls."""

    def log_request(self, code="-", size="-"):
        if str(code).startswith("5"):
            super().log_request(code, size)


def exit_with_parent() -> None:
    """Waits for "keep"; if the pipe ends before it, the parent is gone."""
    for line in sys.stdin:
        if line.strip() == "keep":
            return
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    # Not read: it shows in the process list to which sandbox the server belongs.
    parser.add_argument("--sandbox")
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    threading.Thread(target=exit_with_parent, daemon=True).start()
    moto = DomainDispatcherApplication(create_backend_app)
    application = foreign.refused(control.with_control(moto))
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=QuietHandler)
    gc.freeze()
    gc.enable()
    # Some of moto's backends call the server that they run in.
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(json.dumps({"port": server.server_port, "pid": os.getpid()}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
