from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class ProcessCase(TransactionCase):
    """Partners as documents, four people, and processes written briefly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "tracking_disable": True})
        groups = "base.group_user,base.group_partner_manager"
        cls.asker, cls.boss, cls.buyer = (
            new_test_user(cls.env, login=f"crmx_{name}", groups=groups) for name in ("asker", "boss", "buyer")
        )
        cls.admin = new_test_user(
            cls.env, login="crmx_process_admin", groups=f"{groups},crm_extended.group_processes_manager"
        )
        cls.document = cls.env["res.partner"].create({"name": "Consumables"})

    @classmethod
    def process(cls, *steps, publish=True, **values):
        """A process on partners; a step is a dictionary with `name`, and `outcomes` as {name: next name}."""
        process = cls.env["crmx.process"].create(
            {
                "name": "Ask and buy",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "owner_id": cls.admin.id,
                **values,
            }
        )
        made = {}
        for number, step in enumerate(steps):
            own = {name: value for name, value in step.items() if name not in ("outcomes", "then", "late")}
            made[step["name"]] = cls.env["crmx.process.step"].create(
                {"process_id": process.id, "sequence": number, **own}
            )
        for step in steps:
            row = made[step["name"]]
            row.branch_ids = [
                Command.create({"name": name, **cls._way(made, target)})
                for name, target in step.get("outcomes", {}).items()
            ]
            if "then" in step:
                row.write(cls._way(made, step["then"]))
            if "late" in step:
                row.late_step_id = made[step["late"]]
        if publish:
            process.with_user(cls.admin).action_publish()
        return process

    @classmethod
    def _way(cls, made, target):
        extra = {}
        if isinstance(target, tuple):
            target, extra = target
        if target == "end":
            return {"is_last": True, **extra}
        return {"next_step_id": made[target].id if target else False, **extra}

    @classmethod
    def approval(cls, **values):
        """Ask → approve (or back, or refuse) → buy."""
        return cls.process(
            {"name": "Ask", "performer": "initiator"},
            {
                "name": "Approve",
                "performer": "user",
                "user_id": cls.boss.id,
                "four_eyes": "initiator",
                "outcomes": {
                    "Yes": "Buy",
                    "Again": "Ask",
                    "No": ("end", {"needs_comment": True}),
                },
            },
            {"name": "Buy", "performer": "user", "user_id": cls.buyer.id},
            **values,
        )

    def begin(self, process, document=None, user=None):
        user = user or self.asker
        document = document or self.document
        instance = process.with_user(user).start(document.id)
        return self.env["crmx.process.instance"].browse(instance)

    def open_items(self, instance):
        return instance.item_ids.filtered(lambda item: item.state == "open")

    def names(self, instance):
        return sorted(self.open_items(instance).mapped("name"))

    def do(self, instance, name, user, outcome=None, comment=None):
        """Finish the open step of a name, as a user, with the outcome of a name."""
        item = self.open_items(instance).filtered(
            lambda item: item.name == name and (not item.user_id or item.user_id == user)
        )[:1]
        self.assertTrue(item, f"{name} is not open; open are {self.names(instance)}")
        item = item.with_user(user)
        ways = {way["name"]: way["ref"] for way in item.get_outcomes()}
        item.finish(ways[outcome] if outcome else None, comment)
        return item
