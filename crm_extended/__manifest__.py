{
    "name": "CRM Extended",
    "summary": "Receivables, interaction history, processes, fleet and KPI next to your own documents",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "CRM Extended contributors",
    "website": "https://github.com/crm-extended/crm_extended",
    "license": "LGPL-3",
    # Fixed for good: a dependency added later would force an app on live databases.
    "depends": [
        "account_payment",
        "account_debit_note",
        "sale_management",
        "sale_stock",
        "sale_crm",
        "purchase_stock",
        "account_fleet",
        "hr_fleet",
        "hr_hourly_cost",
        "contacts",
        "base_automation",
        "barcodes",
        "rating",
        "spreadsheet_dashboard",
    ],
    "data": [
        "security/crm_extended_groups.xml",
        "security/interactions_security.xml",
        "security/ir.model.access.csv",
        "security/receivables_security.xml",
        "data/receivables_data.xml",
        "data/interactions_data.xml",
        "views/common/res_config_settings_views.xml",
        "views/receivables/crmx_aging_scheme_views.xml",
        "views/receivables/crmx_open_item_views.xml",
        "views/receivables/res_partner_views.xml",
        "reports/receivables/aged_report_templates.xml",
        "views/interactions/crmx_interaction_views.xml",
        "views/interactions/crmx_interaction_catalogue_views.xml",
        "views/interactions/crmx_timeline_progress_views.xml",
        "views/menus.xml",
    ],
    "demo": [
        "demo/demo_company.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_extended/static/src/**/*",
            ("remove", "crm_extended/static/src/receivables/open_item_analysis/**/*"),
        ],
        # The host loads pivot and graph views when they are first opened.
        "web.assets_backend_lazy": [
            "crm_extended/static/src/receivables/open_item_analysis/**/*",
        ],
        "web.assets_unit_tests": [
            "crm_extended/static/tests/**/*",
            ("remove", "crm_extended/static/tests/tours/**/*"),
        ],
        "web.assets_tests": [
            "crm_extended/static/tests/tours/**/*",
        ],
    },
    "application": True,
}
