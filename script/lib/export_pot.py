# Run in Odoo's shell: `env` is there. Writes the add-on's terms to the file named by CRMX_POT.
# A file that has the same terms stays as it is, so that its date tells when the terms last changed.
import io
import os
import pathlib

import polib

from odoo.tools.translate import trans_export


def terms(text):
    return {(entry.msgctxt, entry.msgid, tuple(entry.occurrences)) for entry in polib.pofile(text)}


path = pathlib.Path(os.environ["CRMX_POT"])
exported = io.BytesIO()
assert trans_export(None, ["crm_extended"], exported, "po", env), "the add-on has no terms"  # noqa: F821
text = exported.getvalue().decode()
if not path.exists() or terms(path.read_text()) != terms(text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
