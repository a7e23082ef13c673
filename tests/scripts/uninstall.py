# As an administrator does on the Apps page; run in Odoo's shell.
env["ir.module.module"].search([("name", "=", "crm_extended")]).button_immediate_uninstall()
env.cr.commit()
