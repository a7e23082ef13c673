"""Databases and processes of Odoo for the black-box tests."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import psycopg2

ROOT = pathlib.Path(__file__).parent.parent
SCRIPTS = pathlib.Path(__file__).parent / "scripts"
#: Seconds after which a process of Odoo hangs rather than works, on a machine that has other things to do.
TIMEOUT = 300


def setting(name):
    """A setting that `script/test` gives by the environment."""
    value = os.environ.get(name)
    assert value, f"{name} is not set: run script/test, which brings the databases"
    return value


class Database:
    """A database with its files, and what one does with it."""

    def __init__(self, name, addons=ROOT):
        self.name = name
        #: Folder that holds the `crm_extended` to run.
        self.addons = addons

    @property
    def filestore(self):
        return pathlib.Path(setting("CRMX_DATA")) / "filestore" / self.name

    def copy_to(self, name):
        deadline = time.monotonic() + TIMEOUT
        while not _is_copied(self.name, name):
            # another test looks something up in it
            assert time.monotonic() < deadline, f"{self.name} stays in use"
            time.sleep(0.5)
        copy = Database(name)
        shutil.rmtree(copy.filestore, ignore_errors=True)
        if self.filestore.exists():
            shutil.copytree(self.filestore, copy.filestore)
        return copy

    def drop(self):
        try:
            _maintain(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        except psycopg2.errors.InsufficientPrivilege:
            # the server's own vacuum is in there: it yields to who drops without force
            _maintain(f'DROP DATABASE IF EXISTS "{self.name}"')
        shutil.rmtree(self.filestore, ignore_errors=True)

    def connect(self):
        return psycopg2.connect(dbname=self.name)

    @contextlib.contextmanager
    def cursor(self):
        """A cursor to read with, on a connection that ends with it: an open one prevents copies."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cr:
                yield cr
        finally:
            connection.close()

    def rows(self, query, params=None):
        with self.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall()

    def odoo(self, *arguments, timeout=TIMEOUT):
        """Run Odoo until it stops by itself; :return: its log, which has no error."""
        # tests listen even so, and the usual port may be somebody else's
        [port] = free_ports(1)
        arguments = [*arguments, "--stop-after-init", "--no-http", f"--http-port={port}"]
        return self._run(arguments, timeout=timeout)

    def shell(self, *scripts, timeout=TIMEOUT):
        """Run files of `scripts/`, one after the other, in one shell of Odoo; :return: what they print."""
        code = "\n".join((SCRIPTS / script).read_text() for script in scripts)
        return self._run(["shell", "--no-http"], code=code, timeout=timeout)

    @contextlib.contextmanager
    def running(self, arguments, code=None):
        """A process of Odoo and all that it starts; killed at the end like by a power cut."""
        with tempfile.TemporaryFile("w+") as script, tempfile.TemporaryFile("w+") as log:
            script.write(code or "")
            script.seek(0)
            process = subprocess.Popen(
                self._command(arguments),
                stdin=script,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._surroundings(),
            )
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                log.seek(0)
                print(log.read()[-8_000:])  # pytest shows it when the test fails

    @contextlib.contextmanager
    def serving(self, workers=2):
        """Odoo with several workers; :return: its address."""
        port, gevent_port = free_ports(2)
        arguments = [f"--http-port={port}", f"--gevent-port={gevent_port}", f"--workers={workers}"]
        with self.running([*arguments, "--max-cron-threads=0", f"--db-filter=^{self.name}$"]) as process:
            deadline = time.monotonic() + TIMEOUT
            while not _answers(port):
                assert process.poll() is None and time.monotonic() < deadline, "Odoo does not serve"
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"

    def _run(self, arguments, code=None, timeout=TIMEOUT):
        result = subprocess.run(
            self._command(arguments),
            input=code,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **self._surroundings(),
        )
        lines = result.stderr.splitlines()
        bad = [number for number, line in enumerate(lines) if " ERROR " in line or " CRITICAL " in line]
        first = bad[0] if bad else -60
        assert result.returncode == 0 and not bad, "\n".join(lines[first:][:60])
        return result.stdout if code else result.stderr

    def _command(self, arguments):
        command = [] if arguments[0].startswith("-") else [arguments.pop(0)]
        # a file and not "-m odoo": with several workers Odoo starts itself once more, by this path
        return [
            *(sys.executable, "-W", "ignore", str(SCRIPTS / "run_odoo.py"), *command),
            *("-d", self.name, f"--addons-path={self.addons}"),
            *(f"--data-dir={setting('CRMX_DATA')}", f"--db_host={os.environ.get('PGHOST', '')}"),
            *(f"--db_port={os.environ.get('PGPORT', '5432')}", f"--db_user={os.environ['PGUSER']}"),
            *("--http-interface=127.0.0.1", "--log-level=warn", *arguments),
        ]

    def _surroundings(self):
        return {
            # beside the add-ons, so that no other one of the working directory is found
            "cwd": tempfile.gettempdir(),
            "env": {**os.environ, "PYTHONPATH": setting("ODOO_HOME")},
        }


def free_ports(count):
    """Ports of this machine that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _n in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=TIMEOUT) as response:
            return response.status == 200
    except OSError:
        return False


def _is_copied(source, name):
    try:
        _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    except psycopg2.errors.ObjectInUse:
        return False
    return True


def _maintain(statement):
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            cr.execute(statement)
    finally:
        connection.close()
