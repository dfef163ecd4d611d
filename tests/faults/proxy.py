"""A line that can be cut: a TCP proxy in a thread, in front of PostgreSQL, Redis, SMTP or the web.

with Proxy(redis_port) as line:
    line.mode = "hole"      # accepts and says nothing more
    line.mode = "pass"      # healed
"""

import asyncio
import threading

MODES = ("pass", "refuse", "hole", "cut", "slow")


class Proxy:
    """Modes, which may change at any moment and hold for open connections, too:

    pass: both ways. refuse: closed at once (open connections are reset). hole: bytes are taken and
    go nowhere. cut: what the client sends arrives, the answer is lost and the line closes at it.
    slow: every chunk waits `delay` seconds.
    """

    def __init__(self, target: int, *, host: str = "127.0.0.1", target_host: str = "127.0.0.1"):
        self.mode = "pass"
        self.delay = 0.2
        self.connections = 0
        self.port = 0
        self._host, self._target, self._target_host = host, target, target_host
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()

    def __enter__(self) -> "Proxy":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the proxy did not start"
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._line, self._host, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.mode == "refuse":
            writer.transport.abort()
            return
        while self.mode == "hole":  # a line that was opened in the hole passes once it is healed
            if writer.transport.is_closing():
                return
            await asyncio.sleep(0.05)
        try:
            far_reader, far_writer = await asyncio.open_connection(self._target_host, self._target)
        except OSError:
            writer.transport.abort()
            return
        ways = [
            asyncio.create_task(self._pump(reader, far_writer, answers=False)),
            asyncio.create_task(self._pump(far_reader, writer, answers=True)),
            asyncio.create_task(self._watch()),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, far_writer):
            if self.mode in {"refuse", "cut"}:
                end.transport.abort()
            else:
                end.close()

    async def _watch(self) -> None:
        while self.mode != "refuse":
            await asyncio.sleep(0.02)

    async def _pump(self, reader, writer, *, answers: bool) -> None:
        try:
            while chunk := await reader.read(65536):
                if self.mode == "cut" and answers:
                    return
                if self.mode == "slow":
                    await asyncio.sleep(self.delay)
                if self.mode == "hole":
                    continue
                writer.write(chunk)
                await writer.drain()
        except OSError:
            return
