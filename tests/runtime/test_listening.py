"""The socket that `manage.py serve` listens on."""

import socket
from contextlib import closing

from web.management.commands.serve import _listen


def test_the_protocol_is_named_so_that_asyncio_sends_without_delay() -> None:
    with closing(_listen("127.0.0.1", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
