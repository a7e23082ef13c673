"""Bonuses in the payroll of the OCA, the real one."""

import subprocess
import sys
import zipfile

import pytest
from blackbox import ROOT

#: Of another licence, so nothing of it is here: it is installed beside the add-on, as a company does.
PAYROLL = "odoo-addon-payroll==19.0.1.0.2.1"


@pytest.fixture(scope="module")
def payroll(tmp_path_factory):
    """The folder of add-ons in which the payroll is."""
    folder = tmp_path_factory.mktemp("payroll")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--only-binary", ":all:", PAYROLL, "-d", folder], check=True, timeout=120)
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder / "odoo/addons"


def test_a_bonus_is_paid_by_the_payroll(installed, copy_of, payroll):
    database = copy_of(installed)
    database.addons = f"{ROOT},{payroll}"
    database.odoo("-i", "payroll")
    told = dict(line.split(": ", 1) for line in database.shell("payroll.py").splitlines() if ": " in line)
    assert told["input"] == "PREMIUM 100.0 True"
    assert told["paid"] == "100.0"
    assert told["bonus"] == "posted"
