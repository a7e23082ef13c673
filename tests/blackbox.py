"""Databases and processes of Odoo for the black-box tests."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

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
        _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        copy = Database(name)
        shutil.rmtree(copy.filestore, ignore_errors=True)
        if self.filestore.exists():
            shutil.copytree(self.filestore, copy.filestore)
        return copy

    def drop(self):
        _maintain(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
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
        return self._run([*arguments, "--stop-after-init", "--no-http"], timeout=timeout)

    def shell(self, script, timeout=TIMEOUT):
        """Run a file of `scripts/` in Odoo's shell; :return: what it prints."""
        code = (SCRIPTS / script).read_text()
        return self._run(["shell", "--no-http"], code=code, timeout=timeout)

    def _run(self, arguments, code=None, timeout=TIMEOUT):
        command = [] if arguments[0].startswith("-") else [arguments.pop(0)]
        result = subprocess.run(
            [
                *(sys.executable, "-W", "ignore", "-m", "odoo", *command),
                *("-d", self.name, f"--addons-path={self.addons}"),
                *(f"--data-dir={setting('CRMX_DATA')}", f"--db_host={os.environ.get('PGHOST', '')}"),
                *(f"--db_port={os.environ.get('PGPORT', '5432')}", f"--db_user={os.environ['PGUSER']}"),
                *("--http-interface=127.0.0.1", "--log-level=warn", *arguments),
            ],
            input=code,
            capture_output=True,
            text=True,
            timeout=timeout,
            # beside the add-ons, so that no other one of the working directory is found
            cwd=tempfile.gettempdir(),
            env={**os.environ, "PYTHONPATH": setting("ODOO_HOME")},
            check=False,
        )
        lines = result.stderr.splitlines()
        bad = [number for number, line in enumerate(lines) if " ERROR " in line or " CRITICAL " in line]
        first = bad[0] if bad else -60
        assert result.returncode == 0 and not bad, "\n".join(lines[first:][:60])
        return result.stdout if code else result.stderr


def _maintain(statement):
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            cr.execute(statement)
    finally:
        connection.close()
