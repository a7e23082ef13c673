"""Add-ons that we do not depend on: their documents join the history when they are installed."""

MODULES = ("survey", "mass_mailing", "im_livechat", "repair", "project")
KINDS = {"survey", "mailing", "livechat", "repair", "task"}


def test_sources_join_when_their_add_on_comes(installed, copy_of):
    database = copy_of(installed)
    database.odoo("-i", ",".join(MODULES))
    output = database.shell("joining.py")
    joined = {line.partition("joined: ")[2] for line in output.splitlines() if "joined: " in line}
    assert joined == KINDS
