"""Command: run one benchmark. script/bench calls it with all that it needs; see README.md."""

import argparse
import importlib
import sys
from pathlib import Path

from .core import Failure, report
from .core.host import Host, environment
from .core.measure import measure
from .ledger.database import provide

# Peers that the host brings along.
HOST_PEERS = ("gamification",)
NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def main():
    options = parse_options()
    found = (path.name for path in Path(options.peers).iterdir() if path.is_dir())
    peers = sorted([*found, *HOST_PEERS])
    host = Host(f"{options.peers},{Path(__file__).parents[1]}", options.data_dir)
    database, note = provide(host, options.scale, peers, options.apps)
    benchmark = importlib.import_module(f"{__package__}.{options.name}")
    registry = host.registry(database)
    print(f"{options.name} on {database}", flush=True)
    with environment(registry) as env:
        company = env.company.id
        operations = list(benchmark.operations(env))
    close_connections()
    measured, differences = measure(registry, company, operations)
    with environment(registry) as env:
        report.print_setting(env, options.scale, note, peer_versions())
    report.print_memory(operations, measured)
    report.print_rates(operations, measured)
    report.print_times(operations, measured)
    good = report.conclude(benchmark.ISSUE, options.scale, operations, measured, differences)
    sys.exit(not good)


def parse_options():
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--apps", required=True, help="database with what the add-on depends on")
    parser.add_argument("--peers", required=True, help="folder of the peers' add-ons")
    parser.add_argument("--data-dir", required=True, help="where Odoo keeps its files")
    return parser.parse_args()


def peer_versions():
    """The pinned packages."""
    lines = (Path(__file__).parent / "peers.txt").read_text().splitlines()
    return [line.replace("==", " ") for line in lines if line and not line.startswith("#")]


def close_connections():
    from odoo import sql_db

    sql_db.close_all()


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"benchmarks: {failure}")
