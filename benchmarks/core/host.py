"""Runs Odoo: its commands as subprocesses, and environments within this process."""

import contextlib
import os
import pickle
import re
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass

from . import Failure


@dataclass(frozen=True)
class Host:
    """Where the add-ons are (folders, joined by commas) and where Odoo keeps its files."""

    addons_path: str
    data_dir: str

    @property
    def options(self):
        return [
            f"--addons-path={self.addons_path}",
            f"--data-dir={self.data_dir}",
            "--log-db-level=critical",
            "--max-cron-threads=0",
            "--no-http",
        ]

    def install(self, database, modules):
        """Install modules by Odoo's own command.

        :return: seconds that the command took, and seconds and queries of the last module's loading
        """
        command = [sys.executable, "-m", "odoo", *self.options, "--stop-after-init"]
        command += ["-d", database, "-i", ",".join(sorted(modules)), "--log-level=info"]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(done.stderr[-8_000:])
            raise Failure(f"Odoo could not install {', '.join(sorted(modules))}: see its log above")
        loading = re.findall(r"Module \w+ loaded in ([\d.]+)s.*?, \+?(\d+) queries", done.stderr)
        took, queries = loading[-1] if loading else (0, 0)
        return time.perf_counter() - start, float(took), int(queries)

    def registry(self, database):
        """The models of a database, with no connection open: processes may be forked off."""
        from odoo import sql_db
        from odoo.modules.registry import Registry
        from odoo.tools import config

        # Odoo takes its options once a process.
        config.parse_config([*self.options, "-d", database, "--log-level=warn"])
        registry = Registry(database)
        sql_db.close_all()
        return registry


@contextlib.contextmanager
def environment(registry, company=None):
    """The administrator's environment in a transaction of its own, rolled back at the end."""
    from odoo import SUPERUSER_ID
    from odoo.api import Environment

    with registry.cursor() as cr:
        context = {"lang": "en_US", "tz": "UTC"}
        if company:
            context["allowed_company_ids"] = [company]
        admin = Environment(cr, SUPERUSER_ID, {}).ref("base.user_admin")
        yield Environment(cr, admin.id, context)
        cr.rollback()


def in_child(function, *args):
    """Call in a forked process and return what it returns; there must be no open connection."""
    sys.stdout.flush()
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        os.close(read_end)
        _call_and_leave(write_end, function, args)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise Failure(f"the process of {function.__name__} died: out of memory?")
    result, error = pickle.loads(answer)
    if error:
        raise Failure(f"{function.__name__} failed:\n{error}")
    return result


def _call_and_leave(write_end, function, args):
    """Send the result or the traceback; never return to the caller's stack."""
    try:
        try:
            answer = (function(*args), None)
        except Exception:
            answer = (None, traceback.format_exc())
        with os.fdopen(write_end, "wb") as pipe:
            pickle.dump(answer, pipe)
        sys.stdout.flush()
    finally:
        os._exit(0)
