"""The program that `<sandbox>/bin/aws` runs: it sends a call of the AWS CLI to `aws_cli.serve`.

It starts for each call, so it imports little: `socket` alone takes as long as Python's own start. `_socket` is the part
of it that is written in C.
"""

import _socket as socket
import array
import os
import sys

SOCKET = "aws.sock"


def main(folder: str, program: str, arguments: list[str]) -> None:
    here = os.open(".", os.O_RDONLY)
    variables = [b"%b=%b" % item for item in os.environb.items()]
    # No argument, path or variable contains a zero byte.
    request = [os.getcwdb(), b"%d" % len(arguments), *map(os.fsencode, arguments), *variables]
    connection = socket.socket(socket.AF_UNIX)
    try:
        # The path of a socket may have only about a hundred characters, so it is relative to its folder.
        os.chdir(folder)
        connection.connect(SOCKET)
    except OSError:
        os.fchdir(here)
        os.execv(program, [program, *arguments])
    body = b"\0".join(request)
    streams = array.array("i", [0, 1, 2])
    connection.sendmsg([b" "], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    connection.sendall(b"%d\n" % len(body) + body)
    code = connection.recv(1)
    sys.exit(code[0] if code else 1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
