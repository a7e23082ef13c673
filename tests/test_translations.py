"""The template of translations holds the terms that the add-on has, no more and no fewer."""

import polib
from blackbox import ROOT

POT = ROOT / "crm_extended/i18n/crm_extended.pot"


def test_template_is_up_to_date(installed, tmp_path, monkeypatch):
    exported = tmp_path / "crm_extended.pot"
    monkeypatch.setenv("CRMX_POT", str(exported))
    installed.shell(ROOT / "script/lib/export_pot.py")
    committed = {entry.msgid for entry in polib.pofile(str(POT))}
    actual = {entry.msgid for entry in polib.pofile(str(exported))}
    assert committed == actual, "run script/lib/export_pot.sh and commit what it writes"
