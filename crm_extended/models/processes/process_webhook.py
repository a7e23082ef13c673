"""Runs that another program begins: it tells of a document at an address that only it knows."""

import hashlib
import secrets

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ...tools.processes_payload import KINDS, PayloadError, convert, pick, shown

#: What happened to a message, and the answer to the program.
ANSWERS = {"begun": 200, "known": 200, "running": 200, "refused": 400, "often": 429}


class ProcessWebhook(models.Model):
    _inherit = "crmx.process"

    starts_by_webhook = fields.Boolean(string="By another program")
    webhook_token = fields.Char(
        copy=False, readonly=True, groups="crm_extended.group_processes_manager", index="btree_not_null"
    )
    webhook_url = fields.Char(
        compute="_compute_webhook_url",
        string="Address",
        groups="crm_extended.group_processes_manager",
        help="Whoever knows it can begin the process: tell it to nobody else.",
    )
    webhook_key = fields.Char(
        string="Id of a message",
        help="Where in the message its id is, as event.id: the same message begins nothing twice. "
        "Empty: the header Idempotency-Key, else the whole message.",
    )
    webhook_creates = fields.Boolean(
        string="Makes the document", help="When none is found by the fields that identify one."
    )
    webhook_most = fields.Integer(
        string="Most messages a minute", default=60, help="More are turned away, to be sent again later."
    )
    mapping_ids = fields.One2many(
        "crmx.process.mapping", "process_id", string="Values of a message", copy=True
    )
    delivery_ids = fields.One2many("crmx.process.delivery", "process_id")

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        base = self.get_base_url()
        for process in self:
            token = process.webhook_token
            process.webhook_url = f"{base}/crmx/processes/{token}" if token else False

    @api.constrains("starts_by_webhook", "mapping_ids")
    def _check_webhook(self):
        for process in self.filtered("starts_by_webhook"):
            if not process.mapping_ids:
                raise ValidationError(
                    self.env._("“%s”: say which values of a message are which fields.", process.name)
                )
            if not process.webhook_creates and not process.mapping_ids.filtered("is_key"):
                raise ValidationError(
                    self.env._("“%s”: say by which fields a message finds its document.", process.name)
                )

    def action_new_webhook_token(self):
        """Give the process another address; the one before is nobody's from now on."""
        self.check_access("write")
        for process in self:
            process.webhook_token = secrets.token_hex(16)

    def action_open_deliveries(self):
        """Show what other programs have told."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_process_delivery_action"),
            "domain": [("process_id", "in", self.ids)],
        }

    @api.model
    @api.private
    def _by_webhook_token(self, token):
        """Return the process of an address, none when it takes in nothing at present."""
        process = self.search([("webhook_token", "=", token)], limit=1)
        uses = process._is_for_company(process.company_id or process.owner_id.company_id)
        return process if process.starts_by_webhook and process.version_id and uses else self.browse()

    # === TAKING IN === #

    @api.private
    def _receive(self, payload, body, given_key):
        """Begin on the document that a message tells of, once for each message.

        :param payload: what the message says
        :param body: the message as it came
        :param given_key: the header that tells messages apart
        :return: (one of `ANSWERS`, text)
        """
        self.ensure_one()
        if self._came_in_the_last_minute() >= self.webhook_most:
            return "often", self.env._("Too many messages in a minute: send it again later.")
        Delivery = self.env["crmx.process.delivery"]
        key = self._message_key(payload, body, given_key)
        if Delivery.search_count([("process_id", "=", self.id), ("key", "=", key)], limit=1):
            return "known", ""
        try:
            with self.env.cr.savepoint():
                delivery = Delivery.create({"process_id": self.id, "key": key, "state": "begun"})
        except psycopg2.errors.UniqueViolation:
            return "known", ""
        try:
            with self.env.cr.savepoint():
                return delivery._take_in(payload)
        except psycopg2.OperationalError:
            raise
        except (PayloadError, UserError, AccessError, ValidationError, psycopg2.IntegrityError) as error:
            text = self._refusal(error)
            # without its id: it may come again when it, or the process, has been put right
            delivery.write({"state": "refused", "key": False, "reason": text})
            return "refused", text

    @api.private
    def _came_in_the_last_minute(self):
        since = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        return self.env["crmx.process.delivery"].search_count(
            [("process_id", "=", self.id), ("date", ">", since)]
        )

    @api.private
    def _message_key(self, payload, body, given_key):
        value = pick(payload, self.webhook_key) if self.webhook_key else given_key
        if isinstance(value, str | int) and str(value):
            return hashlib.sha256(f"id {value}".encode(errors="replace")).hexdigest()
        return hashlib.sha256(body).hexdigest()

    @api.private
    def _refusal(self, error):
        if not isinstance(error, PayloadError):
            return str(error).splitlines()[0][:500]
        code, what = error.args
        texts = {
            "missing": self.env._("“%s” is missing.", what),
            "value": self.env._("“%s” does not fit its field.", what),
            "nobody": self.env._("Nothing is called “%s”.", what),
            "several": self.env._("Several documents are like this: %s", what),
            "none": self.env._("No document is like this: %s", what),
        }
        return texts[code]


class ProcessMapping(models.Model):
    """Which value of a message is which field of the document."""

    _name = "crmx.process.mapping"
    _description = "Value of a Message"
    _order = "process_id, sequence, id"

    process_id = fields.Many2one("crmx.process", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    path = fields.Char(string="In the message", required=True, help="As order.customer.name or lines.0.sku.")
    model_id = fields.Many2one(related="process_id.model_id")
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain=f"[('model_id', '=', model_id), ('store', '=', True), ('ttype', 'in', {KINDS})]",
    )
    is_key = fields.Boolean(string="Identifies the document")
    is_required = fields.Boolean(string="Needed")

    @api.constrains("field_id", "process_id")
    def _check_field(self):
        for mapping in self:
            if mapping.field_id.model_id != mapping.model_id or mapping.field_id.ttype not in KINDS:
                raise ValidationError(
                    self.env._("“%s” cannot be filled by a message.", mapping.field_id.field_description)
                )

    @api.private
    def _value(self, payload, model):
        """Return the value for the field, None when the message says nothing of it."""
        value = pick(payload, self.path)
        if value is None:
            if self.is_key or self.is_required:
                raise PayloadError("missing", self.path)
            return None
        value = convert(self.field_id.ttype, value)
        field = model._fields[self.field_id.name]
        if field.type == "many2one":
            # of two with one name it is neither
            found = model.env[field.comodel_name].name_search(value, operator="=", limit=2)
            if len(found) != 1:
                raise PayloadError("nobody", shown(value))
            return found[0][0]
        if field.type == "selection" and value not in dict(field._description_selection(model.env)):
            raise PayloadError("value", shown(value))
        return value


class ProcessDelivery(models.Model):
    """What another program has told a process, and what came of it."""

    _name = "crmx.process.delivery"
    _description = "Message of a Program"
    _order = "id DESC"
    _rec_name = "date"

    process_id = fields.Many2one("crmx.process", required=True, readonly=True, ondelete="cascade", index=True)
    key = fields.Char(readonly=True, help="Tells messages apart.")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("begun", "Begun"), ("running", "Runs already"), ("refused", "Refused")],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    instance_id = fields.Many2one(
        "crmx.process.instance", string="Run", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _key_uniq = models.UniqueIndex("(process_id, key) WHERE key IS NOT NULL")
    _date_idx = models.Index("(process_id, date)")

    @api.private
    def _take_in(self, payload):
        owner = self.process_id.owner_id
        # sudo: the engine moves the run; what it does is the owner's, not the public's
        process = self.process_id.with_user(owner).sudo()
        # the owner answers for what comes in: it is done with his rights
        model = process.env[process.model_name].sudo(False)
        values = {
            mapping: value
            for mapping in process.mapping_ids
            if (value := mapping._value(payload, model)) is not None
        }
        record = self._document(model, values)
        begun = process._start_on(record, "webhook", {f"{process.id}:webhook:{self.id}": record}, owner)
        self.write({"instance_id": begun.id, "state": "begun" if begun else "running"})
        return self.state, ""

    @api.private
    def _document(self, model, values):
        """Find the document by what identifies it, or make it."""
        domain = [(mapping.field_id.name, "=", value) for mapping, value in values.items() if mapping.is_key]
        found = model.search(domain, limit=2) if domain else model
        if len(found) > 1:
            raise PayloadError("several", str(domain)[:200])
        if not found and not self.process_id.webhook_creates:
            raise PayloadError("none", str(domain)[:200])
        return found or model.create({mapping.field_id.name: value for mapping, value in values.items()})

    @api.autovacuum
    def _gc_deliveries(self):
        """Forget what was told long ago."""
        old = fields.Datetime.subtract(fields.Datetime.now(), days=180)
        self.env.cr.execute(
            SQL("DELETE FROM crmx_process_delivery WHERE date < %s AND state != 'running'", old)
        )
