"""A quick selection of core's own tests, with the add-on installed."""

import re

from blackbox import ROOT


def selection():
    lines = (ROOT / "tests/core-tests.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_core_passes(installed, copy_of):
    classes = selection()
    log = copy_of(installed).odoo("--test-tags", ",".join(classes), "--log-level=info", timeout=600)
    ran = set(re.findall(r"odoo\.addons\.(\w+)\.tests\.\S+: Starting (\w+)\.", log))
    assert {f"/{module}:{name}" for module, name in ran} == set(classes)
    assert re.search(r" 0 failed, 0 error\(s\) of \d+ tests ", log)
