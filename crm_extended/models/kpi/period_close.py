"""Measuring and closing a period: from then on its figures stay."""

import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class KpiPeriod(models.Model):
    _inherit = "crmx.kpi.period"

    def action_measure(self):
        """Measure all indicators in these periods, now."""
        self._check_manager()
        if "closed" in self.mapped("state"):
            raise UserError(self.env._("A closed period is not measured any more."))
        # sudo: figures count all documents, whoever asks for them
        self.sudo()._measure_all()

    @api.private
    def _measure_all(self):
        snapshots = self.env["crmx.kpi.snapshot"]
        indicators = self.env["crmx.kpi.indicator"].search([("is_measured", "=", True)])
        for company, periods in self.grouped("company_id").items():
            if indicators:
                snapshots._take(indicators, periods, company)
            self.env["crmx.kpi.card"]._fill(periods)
        self.write({"date_measured": fields.Datetime.now()})

    def action_close(self):
        """Measure a last time, and close: what changes in documents afterwards is a restatement."""
        self._check_manager()
        # sudo: figures count all documents, and nobody may write the register by himself
        for period in self.sudo().sorted("date_to"):
            period._close()

    def _check_manager(self):
        self.check_access("write")

    def _close(self):
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state == "closed":
            raise UserError(self.env._("“%s” is closed already.", self.name))
        if self.date_to >= self._today(self.company_id):
            raise UserError(self.env._("“%s” is not over yet.", self.name))
        self._measure_all()
        self._seal()

    @api.private
    def _seal(self):
        """Keep the figures as they are, and take down that they are."""
        digest, count = self._digest()
        self.write(
            {
                "state": "closed",
                "date_closed": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "digest": digest,
            }
        )
        self.env["crmx.kpi.log"]._append(
            [{"kind": "period_closed", "record": self, "data": {"figures": count, "digest": digest}}]
        )

    def _digest(self):
        """:return: a hash over all figures of the period, and their number"""
        self.env["crmx.kpi.fact"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT indicator_id, level, subject_id, has_value, value, numerator, denominator, records
                     FROM crmx_kpi_fact WHERE period_id = %s ORDER BY indicator_id, level, subject_id""",
                self.id,
            )
        )
        return hashlib.sha256(repr(rows).encode()).hexdigest(), len(rows)

    def action_verify(self):
        """Say whether the figures of a closed period are as they were when it was closed."""
        self.ensure_one()
        self.check_access("read")
        # sudo: all figures of the period, of which nothing but their sum is told
        sound = self.sudo()._digest()[0] == self.digest
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sound else "danger",
                "sticky": not sound,
                "title": self.name,
                "message": self.env._("All figures are as they were when the period was closed.")
                if sound
                else self.env._("The figures are not those with which the period was closed."),
            },
        }

    def action_open_facts(self):
        """Open the figures of the period."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_kpi_fact_action"),
            "domain": [("period_id", "=", self.id)],
            "context": {"search_default_group_indicator": 1},
        }

    def action_open_restatements(self):
        """Open what has changed since the period was closed."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_kpi_restatement_action"),
            "domain": [("period_id", "=", self.id)],
        }
