# Run in Odoo's shell: `env` is there.
env["res.company"]._crmx_load_demo_company()  # noqa: F821
env.cr.commit()  # noqa: F821 (a shell rolls back what is not committed)
