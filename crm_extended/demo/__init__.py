"""Generator of the demo company; `company.load` is its entry.

Nothing here is imported when Odoo starts: `res.company._crmx_load_demo_company` imports it when
the demo company is asked for.
"""
