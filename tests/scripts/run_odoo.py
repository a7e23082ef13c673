# What the command `odoo` does.
from odoo.cli.command import main

main()
