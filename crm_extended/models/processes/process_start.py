"""How runs begin: by a button, and by what documents are like."""

import logging

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain

from .process_instance import LIVE

_logger = logging.getLogger(__name__)


class ProcessStart(models.Model):
    _inherit = "crmx.process"

    @api.model
    @api.private
    def _startable(self, record):
        """Return the processes that the user may begin on a document now."""
        # sudo: what may be begun is shown by name to whoever sees the document
        found = self.sudo().search(
            [("model_name", "=", record._name), ("version_id", "!=", False), ("starts_by_hand", "=", True)]
        )
        company = self.env["crmx.process.instance"]._company_of(record, found.version_id[:1])
        groups = self.env.user.all_group_ids
        found = found.filtered(
            lambda process: (
                (not process.start_group_id or process.start_group_id in groups)
                and process._is_for_company(company)
            )
        )
        live = self.env["crmx.process.instance"].sudo()._live_on(record)  # sudo: only which run
        return found - live.process_id

    @api.private
    def _is_for_company(self, company):
        return company.crmx_use_processes and (
            not self.company_id or company in self.env["res.company"].browse(self.company_id._crmx_tree_ids())
        )

    def start(self, res_id):
        """Begin the process on a document, as the user.

        :param res_id: id of the document
        :raises UserError: it is not the user's to begin, or runs on the document already
        :return: id of the run
        """
        self.ensure_one()
        # sudo: its model, name and version; whether the user may begin it is asked below
        process = self.sudo()
        record = self.env[process.model_name].browse(res_id)
        record.check_access("read")
        if self not in self._startable(record):
            raise UserError(
                self.env._("“%s” runs on the document already, or is not yours to begin.", process.name)
            )
        try:
            return self.env["crmx.process.instance"]._begin(process.version_id, record, self.env.user).id
        except psycopg2.errors.UniqueViolation:
            # somebody else began it at this moment; nothing of this transaction stays
            raise UserError(self.env._("“%s” runs on the document already.", process.name)) from None

    # === BY EVENTS === #

    @api.model
    @api.private
    def _start_by_event(self, records, rule):
        """Begin a process on those documents that it begins on as they are now; on each once.

        :param rule: of `_start_rules`
        """
        process = self.sudo().browse(rule.process_id)  # sudo: processes begin whoever changed the document
        try:
            domain = process._evaluate(process.start_domain) if rule.domain is None else rule.domain
            matching = records.sudo().filtered_domain(domain)  # sudo: whoever changed them
            if matching:
                keys = {f"{process.id}:{record.id}": record for record in matching}
                with self.env.cr.savepoint():
                    process._start_on(matching, "event", keys, self.env.user)
        except (psycopg2.OperationalError, MissingError):
            raise  # another transaction was faster: the whole is tried again; or looked at without those gone
        except Exception as error:  # what somebody wrote must not keep others from saving documents
            _logger.exception("%s could not begin", process)
            process._tell_about_start(error)

    @api.private
    def _tell_about_start(self, error):
        """The owner hears that the process could not begin by itself."""
        self.message_notify(
            partner_ids=self.owner_id.partner_id.ids,
            subject=self.name,
            body=self.env._("It could not begin by itself: %s", error),
        )

    @api.private
    def _start_on(self, records, how, keys, initiator):
        """Begin on documents; on none twice by the same key, and on none on which a run goes on.

        :param keys: the documents by the keys that keep a run from being begun twice
        :return: the runs
        """
        self.ensure_one()
        Instance = self.env["crmx.process.instance"].sudo()  # sudo: runs are made by the engine
        begun = Instance.browse()
        taken = set(Instance.search([("dedupe_key", "in", list(keys))]).mapped("dedupe_key"))
        running = Instance.search(
            [("process_id", "=", self.id), ("res_id", "in", records.ids), ("state", "in", LIVE)]
        )
        busy = set(running.filtered(lambda run: not run.parent_token_id).mapped("res_id"))
        for key, record in keys.items():
            company = Instance._company_of(record, self.version_id)
            if key in taken or record.id in busy or not self._is_for_company(company):
                continue
            try:
                with self.env.cr.savepoint():
                    begun |= Instance._begin(
                        self.version_id, record.sudo(False), initiator, how, dedupe_key=key
                    )
            except psycopg2.errors.UniqueViolation:
                _logger.info("%s has begun on %s in another transaction", self, record)
        return begun


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.model
    @api.private
    def _live_on(self, record):
        return self.search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "in", ("running", "incident")),
            ]
        )

    @api.model
    @api.private
    def _documents_gone(self, model_name, ids):
        """Documents were deleted: their runs are cancelled."""
        self.search(
            [
                ("res_model", "=", model_name),
                ("res_id", "in", ids),
                ("state", "in", ("running", "incident")),
            ]
        )._cancel(self.env._("The document has been deleted."))

    @api.model
    @api.private
    def _complete_by(self, ids, watch):
        """Finish the runs' steps that wait for documents to be as some are now.

        :param watch: of `_watching`
        """
        Token = self.env["crmx.process.token"]
        waits = Domain("node_id", "=", watch.node_id) & Domain("state", "=", "active")
        if not Token.search(waits, limit=1):
            return
        if watch.path:
            model_name = self.env["crmx.process.node"].browse(watch.node_id).process_id.model_name
            documents = self.env[model_name].with_context(active_test=False)
            ids = documents.search([(watch.path, "in", ids)]).ids
        for token in Token.search(waits & Domain("instance_id.res_id", "in", ids)):
            token._complete()


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _complete(self):
        """The document may be as the step asks for: then it is done, whoever brought that about."""
        self.instance_id._lock()
        if self.state != "active" or not self._is_completed():
            return
        self.instance_id._log("done", {"by": "document"}, self.node_id)
        self.item_ids.filtered(lambda item: item.state == "open").write(
            {"state": "done", "done_by_id": self.env.uid, "date_done": fields.Datetime.now()}
        )
        self.item_ids._tell()
        self._leave(user=self.env.user)
