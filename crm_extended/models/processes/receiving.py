"""Receipts counted by barcode: what the scanning screen asks and says."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare

#: Receipts that the screen lists when none has been chosen.
LISTED = 40
OPEN = ("confirmed", "waiting", "assigned")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # === WHAT THE SCREEN SHOWS === #

    @api.model
    @api.readonly
    def crmx_receipts(self):
        """Return the receipts that wait, those of the earliest day first."""
        receipts = self.search(
            [("picking_type_code", "=", "incoming"), ("state", "in", OPEN)],
            order="scheduled_date, id",
            limit=LISTED,
        )
        return [
            {
                "id": receipt.id,
                "name": receipt.name,
                "partner": receipt.partner_id.display_name or "",
                "origin": receipt.origin or "",
                "date": fields.Date.to_string(receipt.scheduled_date),
            }
            for receipt in receipts
        ]

    def crmx_receipt(self):
        """Return a receipt with what is expected and what has been counted of each product."""
        self.ensure_one()
        self._crmx_check_receipt()
        return {
            "id": self.id,
            "name": self.name,
            "partner": self.partner_id.display_name or "",
            "origin": self.origin or "",
            "state": self.state,
            "lines": [move._crmx_line() for move in self._crmx_moves()],
        }

    @api.private
    def _crmx_check_receipt(self):
        if self.picking_type_code != "incoming":
            raise UserError(self.env._("%s is no receipt: open it in the inventory.", self.name))

    @api.private
    def _crmx_moves(self):
        return self.move_ids.filtered(lambda move: move.state not in ("draft", "cancel"))

    # === SCANNING === #

    @api.model
    def crmx_find_receipt(self, barcode):
        """Return the id of the receipt that waits and has a name or source, False when there is none."""
        waiting = Domain("picking_type_code", "=", "incoming") & Domain("state", "in", OPEN)
        found = self.search(waiting & Domain("name", "=ilike", barcode), limit=1)
        return (found or self.search(waiting & Domain("origin", "=ilike", barcode), limit=1)).id

    def crmx_scan(self, barcode, product_id=False, is_forced=False):
        """Count what was scanned.

        :param product_id: product whose lot or serial number is scanned now
        :param is_forced: more than was expected is counted too
        :return: `status` (`ok`, `lot` when its number is still to be scanned, or why nothing was counted:
            `unknown`, `unexpected`, `too_many`, `twice`), `text`, `product_id`, `receipt`
        """
        self.ensure_one()
        self._crmx_check_receipt()
        if self.state not in OPEN:
            raise UserError(self.env._("%s is not to be received any more.", self.name))
        found = self._crmx_identify((barcode or "").strip())
        product = found.get("product")
        if product and product_id != product.id:
            product_id = product.id
        elif product_id and not product:
            product = self.env["product.product"].browse(product_id).exists()
            found["lot"] = found.get("lot") or barcode.strip()
        if not product:
            return self._crmx_said("unknown", self.env._("“%s” is not known.", barcode))
        return self._crmx_count(product, found, is_forced)

    @api.private
    def _crmx_identify(self, barcode):
        """Return what a barcode says: `product`, `quantity` in its unit, `lot`."""
        found = self._crmx_parse(barcode)
        product = self._crmx_product(found.pop("code", barcode))
        if product:
            return {**found, **product}
        # a number of its own, on a thing that was here before
        lots = self.env["stock.lot"].search(
            [
                ("name", "=", found.get("lot", barcode)),
                ("product_id", "in", self._crmx_moves().product_id.ids),
            ],
            limit=2,
        )
        return {**found, "product": lots.product_id, "lot": lots.name} if len(lots) == 1 else found

    @api.private
    def _crmx_product(self, code):
        company = Domain("company_id", "in", [False, self.company_id.id])
        Product = self.env["product.product"]
        product = Product.search(Domain("barcode", "=", code) & company, limit=1)
        product = product or Product.search(Domain("default_code", "=ilike", code) & company, limit=1)
        if product:
            return {"product": product}
        packaging = self.env["product.uom"].search(Domain("barcode", "=", code) & company, limit=1)
        if not packaging:
            return {}
        unit = packaging.product_id.uom_id
        return {
            "product": packaging.product_id,
            "quantity": packaging.uom_id._compute_quantity(1, unit, rounding_method="HALF-UP"),
        }

    @api.private
    def _crmx_parse(self, barcode):
        """Return the parts of a barcode that the company's nomenclature takes apart (GS1)."""
        nomenclature = self.company_id.nomenclature_id
        parsed = nomenclature.parse_barcode(barcode) if nomenclature.is_gs1_nomenclature else None
        if not isinstance(parsed, list):
            return {}
        parts = {part["type"]: part["value"] for part in parsed}
        found = {"code": str(parts["product"]).lstrip("0")} if "product" in parts else {}
        if "lot" in parts:
            found["lot"] = parts["lot"]
        if "quantity" in parts:
            found["quantity"] = float(parts["quantity"])
        if "code" in found and not self._crmx_product(found["code"]):
            found["code"] = str(parts["product"])
        return found

    @api.private
    def _crmx_count(self, product, found, is_forced):
        moves = self._crmx_moves().filtered(lambda move: move.product_id == product)
        name = product.display_name
        if not moves:
            return self._crmx_said("unexpected", self.env._("%s is not expected here.", name))
        if product.tracking != "none" and not found.get("lot"):
            return self._crmx_said("lot", self.env._("%s: scan its lot or serial number.", name), product)
        move = next((move for move in moves if move._crmx_missing() > 0), moves[-1])
        quantity = product.uom_id._compute_quantity(found.get("quantity", 1.0), move.product_uom)
        if product.tracking == "serial":
            quantity = product.uom_id._compute_quantity(1.0, move.product_uom)
            if any(line._crmx_lot_name() == found["lot"] and line.picked for line in self.move_line_ids):
                text = self.env._(
                    "%(lot)s of %(product)s was counted before.", lot=found["lot"], product=name
                )
                return self._crmx_said("twice", text, product)
        if not is_forced and move._crmx_exceeds(quantity):
            text = self.env._(
                "%(product)s: %(expected)s are expected, this would be more.",
                product=name,
                expected=f"{move.product_uom_qty:g}",
            )
            return self._crmx_said("too_many", text, product)
        move._crmx_add(quantity, found.get("lot"))
        text = self.env._("%(product)s: %(counted)s", product=name, counted=f"{move._crmx_counted():g}")
        return self._crmx_said("ok", text)

    @api.private
    def _crmx_said(self, status, text, product=None):
        return {
            "status": status,
            "text": text,
            "product_id": product.id if product else False,
            "receipt": self.crmx_receipt(),
        }

    def crmx_set_count(self, move_id, quantity):
        """Set how many of a product without numbers were counted.

        :param move_id: line of the receipt
        """
        self.ensure_one()
        self._crmx_check_receipt()
        move = self._crmx_moves().filtered(lambda move: move.id == move_id)
        if not move or move.product_id.tracking != "none" or quantity < 0:
            raise UserError(self.env._("%s: this line cannot be counted by hand.", self.name))
        move._crmx_set(quantity)
        return self.crmx_receipt()

    def crmx_receive(self):
        """Validate what was counted, as the host does: what is missing is asked about there.

        :return: True, or the action that asks
        """
        self.ensure_one()
        self._crmx_check_receipt()
        if not any(self._crmx_moves().mapped("picked")):
            raise UserError(self.env._("%s: nothing has been counted yet.", self.name))
        return self.button_validate()


class StockMove(models.Model):
    _inherit = "stock.move"

    @api.private
    def _crmx_counted(self):
        """What was counted by hand or scanner; what is only foreseen does not count."""
        counted = self.move_line_ids.filtered(lambda line: line.picked or self.state == "done")
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom, round=False)
            for line in counted
        )

    @api.private
    def _crmx_missing(self):
        return self.product_uom_qty - self._crmx_counted()

    @api.private
    def _crmx_exceeds(self, quantity):
        return (
            float_compare(
                self._crmx_counted() + quantity,
                self.product_uom_qty,
                precision_rounding=self.product_uom.rounding,
            )
            > 0
        )

    @api.private
    def _crmx_add(self, quantity, lot_name=None):
        """Count some more; the lines that were only foreseen give way to what is really there."""
        if not lot_name:
            self._crmx_set(self._crmx_counted() + quantity)
            return
        line = self.move_line_ids.filtered(lambda line: line.picked and line._crmx_lot_name() == lot_name)[:1]
        if line:
            line.quantity += self.product_uom._compute_quantity(quantity, line.product_uom_id)
            return
        self.move_line_ids.filtered(lambda line: not line.picked).unlink()
        self.env["stock.move.line"].create(
            {
                **self._prepare_move_line_vals(),
                "quantity": quantity,
                "picked": True,
                **self._crmx_lot_values(lot_name),
            }
        )

    @api.private
    def _crmx_lot_values(self, lot_name):
        kind = self.picking_type_id
        lot = self.env["stock.lot"].search(
            [
                ("name", "=", lot_name),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        if lot and kind.use_existing_lots:
            return {"lot_id": lot.id}
        if not kind.use_create_lots:
            raise UserError(
                self.env._(
                    "“%(lot)s” is no lot of %(product)s, and %(operation)s may not make new ones.",
                    lot=lot_name,
                    product=self.product_id.display_name,
                    operation=kind.display_name,
                )
            )
        return {"lot_name": lot_name}

    @api.private
    def _crmx_set(self, quantity):
        self.quantity = quantity
        self.picked = bool(quantity)

    @api.private
    def _crmx_line(self):
        return {
            "id": self.id,
            "product": self.product_id.display_name,
            "barcode": self.product_id.barcode or "",
            "tracking": self.product_id.tracking,
            "unit": self.product_uom.name,
            "expected": self.product_uom_qty,
            "counted": self._crmx_counted(),
            "lots": [
                {"name": line._crmx_lot_name(), "quantity": line.quantity}
                for line in self.move_line_ids
                if line.picked and line._crmx_lot_name()
            ],
        }


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.private
    def _crmx_lot_name(self):
        return self.lot_id.name or self.lot_name or ""
