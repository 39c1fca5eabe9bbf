"""Peers that are not Python of this checkout: mercurius on Node, and Tanggap as it was before queries were compiled.

Both are installed on their first use, into folders that git ignores. `UnavailableError` says what
is missing.
"""

import io
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

from benchmarks.live.hosting import Program
from tests.city import ROOT

BEFORE = "2898634bf1e652cefa9012fd6c6a280158325fdc"
"""The last commit at which graphql-core executed every query."""

MERCURIUS = ROOT / "benchmarks" / "peers" / "mercurius"
CACHE = ROOT / "var" / "benchmarks"

INSTALL_SECONDS = 600.0

SERVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from app.server import serve_forever
from app.settings import read_settings
serve_forever(read_settings())
"""
"""Serves as `tanggap serve` does, and ends when stdin is closed."""


class UnavailableError(RuntimeError):
    """A peer cannot run here. The text is a few words that say why."""


def mercurius() -> Program:
    """Install the locked packages, and return the server."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise UnavailableError("node and npm are not installed")
    installed, locked = MERCURIUS / "node_modules" / ".package-lock.json", MERCURIUS / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        _run([npm, "ci", "--ignore-scripts"], MERCURIUS)
    return Program([node, "server.mjs"], MERCURIUS)


def before() -> Program:
    """Unpack and install the commit, and return the server. It uses the same database: its tables have not changed."""
    folder = CACHE / BEFORE
    done = folder / "installed"
    python = folder / ".venv" / "bin" / "python"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        packed = _run(["git", "archive", BEFORE], ROOT)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        venv.create(folder / ".venv", with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        _run([*pip, "--require-hashes", "-r", "requirements.lock"], folder)
        _run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], folder)
        done.touch()
    return Program([str(python), "-c", SERVE], folder)


def _run(command: list[str], folder: Path) -> bytes:
    print(f"{Path(command[0]).name} {' '.join(command[1:])}", file=sys.stderr)
    try:
        return subprocess.run(command, cwd=folder, timeout=INSTALL_SECONDS, capture_output=True, check=True).stdout
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        said = (failed.stderr or b"").decode(errors="replace").strip().splitlines()
        raise UnavailableError(said[-1] if said else str(failed)) from failed
    except OSError as failed:
        raise UnavailableError(str(failed)) from failed
