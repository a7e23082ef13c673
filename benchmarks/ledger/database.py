"""Provides the databases: Odoo with the templates, filled ledgers, and one with the add-on.

- `bench_<key>_base`: the host's apps and the peers, with the template records;
- `bench_<key>_ledger_<scale>`: a copy of it, filled; the add-on is not installed;
- `bench_<key>_<scale>`: a copy of that, with the add-on installed on the big ledger.

The key is a hash of what the first two are made from. The third is made anew when the add-on
changes.
"""

import ast
import hashlib
import shutil
import time
from pathlib import Path

from ..core import databases
from ..core.host import environment, in_child
from . import recompute, verify
from .fill import fill
from .plan import SEED, Plan

ROOT = Path(__file__).parents[2]
ADD_ON = ROOT / "crm_extended"


def provide(host, scale, peers, apps):
    """The database of this scale with the add-on as it is now; made if it is not there.

    :param peers: the names of the peers' modules
    :param apps: a database that has what the add-on depends on, and no data
    :return: its name, and the note on it
    """
    key = make_key(peers)
    databases.drop_stale(key)
    label = f"{scale:g}".replace(".", "_")
    base, ledger, name = f"bench_{key}_base", f"bench_{key}_ledger_{label}", f"bench_{key}_{label}"
    known = databases.ours()
    if ledger not in known:
        if base not in known:
            make_base(host, base, apps, key, peers)
        make_ledger(host, ledger, base, key, Plan(scale))
    add_on = digest(path for path in ADD_ON.rglob("*") if path.is_file() and wanted(path))
    if ledger not in known or known.get(name, {}).get("add_on") != add_on:
        install_add_on(host, name, ledger, key, add_on)
    return name, databases.ours()[name]


def wanted(path):
    """Tests and documents do not change what is installed."""
    return path.suffix in {".py", ".xml", ".csv"} and "tests" not in path.parts


def make_key(peers):
    """What the ledgers depend on: the generator, the peers, Odoo and the add-on's dependencies."""
    from odoo import release

    here = Path(__file__)
    generator = set(here.parent.glob("*.py")) - {here}
    facts = [release.version, SEED, sorted(peers), sorted(dependencies())]
    facts.append((ROOT / "benchmarks/peers.txt").read_text())
    # what the code does, not how it is formatted
    facts += [ast.dump(ast.parse(path.read_text())) for path in sorted(generator)]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:8]


def digest(paths):
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\n".encode() + path.read_bytes())
    return total.hexdigest()


def dependencies():
    return ast.literal_eval((ADD_ON / "__manifest__.py").read_text())["depends"]


def make_base(host, name, apps, key, peers):
    def prepare(database):
        in_child(bring_files, host, apps, database)
        host.install(database, peers)
        in_child(make_templates, host, database)
        return {"key": key}

    print("Installing the peers and making template records ...", flush=True)
    databases.build(name, apps, prepare)


def bring_files(host, apps, database):
    """Put the attachments into the database itself: its copies will have no folder of files."""
    folder = Path(host.data_dir) / "filestore"
    shutil.rmtree(folder / database, ignore_errors=True)
    if (folder / apps).exists():
        shutil.copytree(folder / apps, folder / database)
    with environment(host.registry(database)) as env:
        env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        env["ir.attachment"].force_storage()
        env.cr.commit()
    shutil.rmtree(folder / database, ignore_errors=True)


def make_templates(host, database):
    from . import templates

    with environment(host.registry(database)) as env:
        templates.make(env)
        env.cr.commit()


def make_ledger(host, name, base, key, plan):
    def prepare(database):
        with databases.connect(database) as connection:
            fill(connection, plan)
            verify.verify(connection)
        in_child(verify_by_odoo, host, database)
        return {"key": key, "scale": plan.scale}

    print(f"Filling a ledger at scale {plan.scale:g} ...", flush=True)
    start = time.perf_counter()
    databases.build(name, base, prepare)
    took, size = time.perf_counter() - start, databases.size(name) / 1e9
    print(f"Ledger filled and verified in {took:.0f} s: {size:.2f} GB", flush=True)


def verify_by_odoo(host, database):
    with environment(host.registry(database)) as env:
        recompute.verify(env)


def install_add_on(host, name, ledger, key, add_on):
    def prepare(database):
        before = databases.size(database)
        took, loading, queries = host.install(database, {ADD_ON.name})
        grown = databases.size(database) - before
        installed = {"seconds": took, "loading": loading, "queries": queries, "bytes": grown}
        return {"key": key, "add_on": add_on, "installed": installed}

    print(f"Installing {ADD_ON.name} on the ledger ...", flush=True)
    databases.build(name, ledger, prepare)
