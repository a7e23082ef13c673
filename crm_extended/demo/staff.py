"""Users with their groups, sales teams, departments and employees; drivers are employees too."""

from odoo import Command

TRADING, FREIGHT = "trading", "freight"

#: login, name, companies (the first is the default one), job, department, cost an hour, groups
USERS = (
    (
        "sales",
        "Wendy Sutterfield",
        (TRADING,),
        "Account Manager",
        "Sales",
        34,
        ("sales_team.group_sale_salesman",),
    ),
    (
        "export",
        "Camille Lagrandière",
        (TRADING, FREIGHT),
        "Export Manager",
        "Sales",
        38,
        ("sales_team.group_sale_salesman_all_leads",),
    ),
    (
        "accountant",
        "Hector Redfearn",
        (TRADING, FREIGHT),
        "Chief Accountant",
        "Accounting",
        36,
        ("account.group_account_manager", "account.group_account_user"),
    ),
    (
        "fleet",
        "Declan Tierneagh",
        (FREIGHT,),
        "Dispatcher",
        "Transport",
        31,
        (
            "fleet.fleet_group_manager",
            "crm_extended.group_workshop_manager",
            "sales_team.group_sale_salesman",
            "stock.group_stock_user",
            "hr.group_hr_user",
        ),
    ),
    (
        "warehouse",
        "Priya Ashdowne",
        (TRADING, FREIGHT),
        "Warehouse Lead",
        "Warehouse",
        27,
        ("stock.group_stock_manager", "purchase.group_purchase_user"),
    ),
    (
        "manager",
        "Imogen Harcastle",
        (TRADING, FREIGHT),
        "Managing Director",
        "Management",
        60,
        (
            "sales_team.group_sale_manager",
            "account.group_account_readonly",
            "stock.group_stock_manager",
            "purchase.group_purchase_manager",
            "fleet.fleet_group_manager",
            "hr.group_hr_manager",
            "crm_extended.group_receivables_manager",
            "crm_extended.group_processes_manager",
        ),
    ),
)

#: key, name, company, login of the leader, logins of the members
TEAMS = (
    ("wholesale", "Wholesale America", TRADING, "manager", ("sales",)),
    ("key", "Key Accounts & Export", TRADING, "export", ("export",)),
    ("freight", "Freight Desk", FREIGHT, "fleet", ("fleet", "manager")),
)

#: name, job, department, company, cost an hour
WORKERS = (
    ("Cormac Ballyrowan", "Driver", "Transport", FREIGHT, 24),
    ("Łukasz Jaworzyński", "Driver", "Transport", FREIGHT, 23),
    ("Niamh Mac Gearailt", "Driver", "Transport", FREIGHT, 24),
    ("Wouter Terpmeijer", "Driver", "Transport", FREIGHT, 25),
    ("Íñigo Castañar", "Driver", "Transport", FREIGHT, 22),
    ("Torsten Brandtmeier", "Driver", "Transport", FREIGHT, 25),
    ("Aoife Tierneagh", "Driver", "Transport", FREIGHT, 24),
    ("Paweł Kłosek", "Driver", "Transport", FREIGHT, 23),
    ("Gareth Thistlewick", "Mechanic", "Workshop", FREIGHT, 30),
    ("Henrik Sjöhagen", "Mechanic", "Workshop", FREIGHT, 31),
    ("Tyrell Ballantree", "Picker", "Warehouse", TRADING, 21),
    ("Joanna Redfearn", "Bookkeeper", "Accounting", TRADING, 26),
    ("Marcus Villanova", "Van Driver", "Warehouse", TRADING, 22),
)


def make(demo):
    """Create users, teams and employees; passwords equal the logins, so keep this off the net."""
    for row in USERS:
        _make_user(demo, row)
    _admit_admin(demo)
    _make_teams(demo)
    _make_employees(demo)


def make_customer_login(demo, contact):
    """Let a contact of a customer log in to the portal."""
    users = demo.env["res.users"].with_context(active_test=False)
    if users.search_count([("login", "=", "customer")], limit=1):
        return
    user = users.create(
        {
            "partner_id": contact.id,
            "login": "customer",
            "password": "customer",
            "company_id": demo.houses[TRADING].company.id,
            "company_ids": [Command.set(demo.houses[TRADING].company.ids)],
            "group_ids": [Command.set(demo.env.ref("base.group_portal").ids)],
        }
    )
    demo.register("user_customer", user)


def _make_user(demo, row):
    login, name, houses, _job, _department, _cost, groups = row
    users = demo.env["res.users"].with_context(active_test=False)
    companies = [demo.houses[key].company for key in houses]
    taken = users.search_count([("login", "=", login)], limit=1)
    demo.users[login] = users.create(
        {
            "name": name,
            "login": f"{login}.demo" if taken else login,
            "password": f"{login}.demo" if taken else login,
            "email": f"{login}@brindlemark-{houses[0]}.example.com",
            "company_id": companies[0].id,
            "company_ids": [Command.set([company.id for company in companies])],
            "group_ids": [Command.set([demo.env.ref(group).id for group in ("base.group_user", *groups)])],
            "tz": "America/New_York" if houses[0] == TRADING else "Europe/Dublin",
        }
    )
    demo.register(f"user_{login}", demo.users[login])


def _admit_admin(demo):
    """Let the administrator in; where there is no other ledger, he starts in the demo company."""
    admin = demo.env.ref("base.user_admin", raise_if_not_found=False)
    if not admin:
        return
    companies = [house.company for house in demo.houses.values()]
    admin.company_ids = [Command.link(company.id) for company in companies]
    entries = demo.env["account.move"].search_count([("company_id", "=", admin.company_id.id)], limit=1)
    if not entries:
        admin.company_id = companies[0]


def _make_teams(demo):
    for key, name, house_key, leader, members in TEAMS:
        house = demo.houses[house_key]
        house.teams[key] = house.env["crm.team"].create(
            {
                "name": name,
                "company_id": house.company.id,
                "user_id": demo.users[leader].id,
                "use_leads": True,
                "member_ids": [Command.set([demo.users[login].id for login in members])],
                "invoiced_target": 60000,
            }
        )
        demo.register(f"team_{key}", house.teams[key])


def _make_employees(demo):
    departments, jobs, vals_list = {}, {}, []
    people = [
        (name, job, department, houses[0], cost, demo.users[login])
        for login, name, houses, job, department, cost, _groups in USERS
    ] + [(*worker, demo.env["res.users"]) for worker in WORKERS]
    for name, job, department, house_key, cost, user in people:
        house = demo.houses[house_key]
        place = (house_key, department)
        if place not in departments:
            departments[place] = house.env["hr.department"].create(
                {"name": department, "company_id": house.company.id}
            )
        if (house_key, job) not in jobs:
            jobs[house_key, job] = house.env["hr.job"].create(
                {"name": job, "department_id": departments[place].id}
            )
        vals_list.append(
            {
                "name": name,
                "company_id": house.company.id,
                "user_id": user.id,
                "job_id": jobs[house_key, job].id,
                "job_title": job,
                "department_id": departments[place].id,
                "hourly_cost": cost,
                "work_email": user.email or _mail(name, house_key),
                "date_version": demo.start,
            }
        )
    for employee in demo.env["hr.employee"].create(vals_list):
        demo.employees[employee.name] = employee
    _make_hierarchy(demo, departments)


def _make_hierarchy(demo, departments):
    boss = demo.employees[demo.users["manager"].name]
    for department in departments.values():
        members = [e for e in demo.employees.values() if e.department_id == department]
        head = next((e for e in members if e.user_id), boss)
        department.manager_id = head
        for employee in members:
            employee.parent_id = head if employee != head else boss
    boss.parent_id = False


def _mail(name, house_key):
    plain = name.lower().translate(str.maketrans("łáéíóúñńż", "laeiounnz"))
    return f"{'.'.join(plain.split())}@brindlemark-{house_key}.example.com"
