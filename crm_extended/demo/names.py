"""Vocabulary of the demo company: every name, street and address of e-mail in it is invented.

Telephone numbers come from the ranges that each country's regulator keeps for drama and fiction;
countries without such a range have no number. Mail domains are those reserved for documentation.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """How companies and people of one country are called and reached.

    `cities` are (city, postal code, code of the state or ''); `phone` is a pattern for a number
    0-99, or '' when the country keeps no numbers for fiction.
    """

    phone: str
    cities: tuple
    streets: tuple
    first_names: tuple
    last_names: tuple


COUNTRIES = {
    "DE": Country(
        "+49 30 23125 1{:02d}",
        (("Bremen", "28195", ""), ("Leipzig", "04109", ""), ("Kassel", "34117", "")),
        ("Lindenufer {}", "Am Alten Speicher {}", "Torfweg {}", "Schleusenstraße {}"),
        ("Anke", "Jörg", "Sabine", "Matthias", "Heike", "Torsten"),
        ("Brandtmeier", "Oelschläger", "Krüselmann", "Wiesenbach", "Tiedgen"),
    ),
    "FR": Country(
        "+33 1 99 00 17 {:02d}",
        (("Lyon", "69002", ""), ("Lille", "59000", ""), ("Nantes", "44000", "")),
        ("{} quai des Tanneurs", "{} rue du Vieux Lavoir", "{} allée des Ormes"),
        ("Élodie", "Benoît", "Camille", "Thierry", "Maëlle"),
        ("Courtevigne", "Lagrandière", "Peyrolles", "Boisfranc"),
    ),
    "GB": Country(
        "+44 1632 9601{:02d}",
        (("Leeds", "LS1 4AP", ""), ("Bristol", "BS1 5TR", ""), ("Hull", "HU1 2AA", "")),
        ("{} Tannery Row", "{} Wherry Lane", "{} Old Foundry Road", "Unit {} Kestrel Park"),
        ("Fiona", "Gareth", "Imogen", "Alistair", "Priya", "Rowan"),
        ("Thistlewick", "Harcastle", "Penmarrow", "Ashdowne", "O'Dunnigan"),
    ),
    "US": Country(
        "+1 202 555 01{:02d}",
        (("Baltimore", "21201", "MD"), ("Toledo", "43604", "OH"), ("Savannah", "31401", "GA")),
        ("{} Chandler Street", "{} Cooperage Avenue", "{} Quarry Mill Road", "{} Beacon Wharf"),
        ("Marcus", "Denise", "Tyrell", "Joanna", "Hector", "Wendy"),
        ("Ballantree", "Kowalczik", "Redfearn", "Sutterfield", "Villanova-Reyes"),
    ),
    "SE": Country(
        "+46 8 465 004 {:02d}",
        (("Göteborg", "411 03", ""), ("Malmö", "211 20", "")),
        ("Varvsgatan {}", "Kvarnbacken {}"),
        ("Åsa", "Henrik", "Linnéa", "Oskar"),
        ("Norrsten", "Lindqvarn", "Sjöhagen"),
    ),
    "IE": Country(
        "+353 20 912 01{:02d}",
        (("Dublin", "D01 F5P2", ""), ("Cork", "T12 W8XY", "")),
        ("{} Ropewalk Quay", "{} Saltmarket Street"),
        ("Niamh", "Cormac", "Aoife", "Declan"),
        ("Mac Gearailt", "Tierneagh", "Ballyrowan"),
    ),
    "PL": Country(
        "",
        (("Wrocław", "50-101", ""), ("Gdynia", "81-301", "")),
        ("ul. Młynarska {}", "ul. Stary Tartak {}"),
        ("Agnieszka", "Łukasz", "Zofia", "Paweł"),
        ("Brzozowiecka", "Jaworzyński", "Kłosek"),
    ),
    "ES": Country(
        "",
        (("Zaragoza", "50001", ""), ("Valencia", "46001", "")),
        ("Calle del Molino Viejo {}", "Paseo de los Almendros {}"),
        ("Lucía", "Íñigo", "Marisol", "Joaquín"),
        ("Valdemorillo", "Peñarrubia", "Castañar"),
    ),
    "IT": Country(
        "",
        (("Trieste", "34121", ""), ("Brescia", "25121", "")),
        ("Via della Cartiera {}", "Viale dei Tigli {}"),
        ("Giulia", "Tommaso", "Ornella", "Fabrizio"),
        ("Montebruno", "Vallescura", "Frassineti"),
    ),
    "NL": Country(
        "",
        (("Rotterdam", "3011 AA", ""), ("Groningen", "9711 AA", "")),
        ("Touwslagerskade {}", "Oude Zeilmakerij {}"),
        ("Femke", "Jeroen", "Sanne", "Wouter"),
        ("van der Wielsloot", "Terpmeijer", "Hoogenwerf"),
    ),
    "KZ": Country(
        "",
        (("Алматы", "050000", ""),),
        ("ул. Караванная, {}",),
        ("Айгерим", "Ерлан", "Дана"),
        ("Степанбекова", "Жолдасқали", "Тұранов"),
    ),
}

#: key, name, country, kind of payer, who deals with it (t trading, f freight, b both), weight of
#: its turnover, tags. The order is that of turnover, so that ABC classes have a shape.
CUSTOMERS = (
    ("wattenmoor", "Wattenmoor Kühlhaus GmbH & Co. KG", "DE", "late", "b", 30, "key industry"),
    ("larchmere", "Larchmere Supply Co.", "US", "punctual", "t", 28, "key wholesale"),
    ("penmarrow", "Penmarrow Foods Ltd", "GB", "punctual", "b", 24, "key retail"),
    ("valbreuse", "Ateliers Valbreuse SAS", "FR", "late", "b", 20, "key industry"),
    ("quarrymill", "Quarry Mill Hardware Inc.", "US", "late", "t", 18, "wholesale"),
    ("norrsten", "Norrsten Pappersbruk AB", "SE", "punctual", "b", 16, "industry"),
    ("falkenrohr", "Falkenrohr Anlagenbau AG", "DE", "slow", "t", 15, "industry watch"),
    ("cooperage", "Cooperage & Daughters Distributing LLC", "US", "punctual", "t", 14, "wholesale"),
    ("ropewalk", "Ropewalk Marine Stores Ltd", "IE", "late", "b", 13, "retail"),
    ("tannlinde", "Tannlinde Möbelwerke GmbH", "DE", "punctual", "f", 12, "industry"),
    ("harcastle", "Harcastle Fixings PLC", "GB", "slow", "t", 11, "wholesale watch"),
    ("villanova", "Villanova-Reyes Building Products Inc.", "US", "late", "t", 10, "industry"),
    ("courtevigne", "Maison Courtevigne SARL", "FR", "punctual", "b", 10, "retail"),
    ("jaworzyna", "Jaworzyna Opakowania sp. z o.o.", "PL", "late", "f", 9, "industry"),
    ("saltmarket", "Saltmarket Provisions Ltd", "IE", "punctual", "f", 9, "retail"),
    ("montebruno", "Cartiere Montebruno S.r.l.", "IT", "slow", "b", 8, "industry watch"),
    ("redfearn", "Redfearn Orchard Growers Cooperative", "US", "punctual", "t", 8, "retail"),
    ("osterbruck", "Osterbruck Getränke KG", "DE", "late", "f", 8, "retail"),
    ("penarrubia", "Conservas Peñarrubia S.A.", "ES", "late", "f", 7, "industry"),
    ("thistlewick", "Thistlewick Garden Centres Ltd", "GB", "punctual", "t", 7, "retail"),
    ("terpmeijer", "Terpmeijer Bloemen & Bollen B.V.", "NL", "punctual", "b", 7, "wholesale"),
    ("sutterfield", "Sutterfield County School Board", "US", "slow", "t", 6, "public"),
    ("montlucey", "Verrerie de Montlucey SA", "FR", "insolvent", "b", 6, "industry watch"),
    ("sjohagen", "Sjöhagen Möbler AB", "SE", "punctual", "f", 6, "retail"),
    ("beaconwharf", "Beacon Wharf Ship Chandlers Inc.", "US", "late", "t", 6, "retail"),
    ("kruselmann", "Krüselmann Werkzeugbau GmbH", "DE", "punctual", "t", 5, "industry"),
    ("ashdowne", "Ashdowne Borough Council", "GB", "slow", "t", 5, "public"),
    ("hoogenwerf", "Hoogenwerf Scheepsreparatie B.V.", "NL", "late", "b", 5, "industry"),
    ("ballantree", "Ballantree Home & Hearth Inc.", "US", "punctual", "t", 5, "retail"),
    ("lagrandiere", "Laiterie Lagrandière SAS", "FR", "punctual", "f", 5, "industry"),
    ("vallescura", "Vallescura Arredamenti S.p.A.", "IT", "late", "f", 4, "retail"),
    ("karavan", "ТОО «Степной Караванщик»", "KZ", "slow", "b", 4, "wholesale watch"),
    ("kestrelpark", "Kestrel Park Print Works Ltd", "GB", "insolvent", "t", 4, "industry watch"),
    ("oelschlager", "Oelschläger Farben & Lacke OHG", "DE", "late", "t", 4, "industry"),
    ("tierneagh", "Tierneagh Dairy Cooperative Society Ltd", "IE", "punctual", "f", 4, "industry"),
    ("cedarknoll", "Cedar Knoll Veterinary Group PLLC", "US", "prepaid", "t", 3, "retail"),
    ("boisfranc", "Scierie Boisfranc & Fils SARL", "FR", "late", "f", 3, "industry"),
    ("valdemor", "Azulejos Valdemorillo S.L.", "ES", "punctual", "f", 3, "industry"),
    ("lindqvarn", "Lindqvarn Livs AB", "SE", "late", "t", 3, "retail"),
    ("oldfoundry", "Old Foundry Road Brewery Ltd", "GB", "late", "b", 3, "retail"),
    ("wiesenbach", "Gärtnerei Wiesenbach e.K.", "DE", "prepaid", "t", 3, "retail"),
    ("mosslight", "Mosslight Candle Company LLC", "US", "punctual", "t", 3, "retail"),
    ("brzoza", "Tartak Brzozowiecka s.c.", "PL", "late", "f", 2, "industry"),
    ("odunnigan", "O'Dunnigan & Sons' Fish Smokers", "IE", "punctual", "b", 2, "retail"),
    ("frassineti", "Officine Frassineti S.n.c.", "IT", "punctual", "t", 2, "industry"),
    (
        "nordkranich",
        "Nordkranich Gesellschaft für internationale Schwergut-, Kühlgut- und Projektlogistik "
        "zwischen Nord- und Ostsee mbH",
        "DE",
        "late",
        "f",
        2,
        "industry",
    ),
    ("wherrylane", "Wherry Lane Community Theatre Trust", "GB", "punctual", "t", 2, "public"),
    ("peyrolles", "Domaine de Peyrolles SCEA", "FR", "punctual", "f", 2, "retail"),
    ("ironbarrow", "Ironbarrow Fabrication LLC", "US", "insolvent", "t", 2, "industry watch"),
    ("castanar", "Cooperativa Castañar", "ES", "late", "f", 2, "wholesale"),
    ("zeilmakerij", "Oude Zeilmakerij Holding B.V.", "NL", "punctual", "t", 2, "retail"),
    ("tiedgen", "Tiedgen Torfhandel", "DE", "late", "t", 1, "retail"),
    ("klosek", "Piekarnia Kłosek", "PL", "punctual", "f", 1, "retail"),
    ("chandler", "Chandler Street Neighbourhood Clinic", "US", "late", "t", 1, "public"),
    ("saltern", "Saltern Bay Kayak Hire Ltd", "GB", "prepaid", "t", 1, "new retail"),
    ("ballyrowan", "Ballyrowan Knitwear Ltd", "IE", "punctual", "t", 1, "new retail"),
    ("glasmyra", "Glasmyra Hantverk HB", "SE", "punctual", "t", 1, "new retail"),
    ("kowalczik", "Joanna Kowalczik", "US", "punctual", "t", 1, "new"),
    ("harbourview", "Harbourview Assisted Living Inc.", "US", "late", "t", 1, "new public"),
    ("torfweg", "Kita Torfweg e.V.", "DE", "punctual", "f", 1, "new public"),
)

#: key, name, country, what it sells, who buys there, days to pay
SUPPLIERS = (
    ("stahlfeder", "Stahlfeder Nordring GmbH", "DE", "goods", "t", 30),
    ("pinecrest", "Pinecrest Tool & Die Corp.", "US", "goods", "t", 30),
    ("cartolux", "Cartolux Emballages SA", "FR", "goods", "t", 60),
    ("tarnhow", "Tarnhow Abrasives Ltd", "GB", "goods", "t", 30),
    ("lackner", "Lacknerhof Chemie AG", "DE", "goods", "t", 14),
    ("bluegrain", "Bluegrain Paper Mills Inc.", "US", "goods", "t", 60),
    ("kvarnsag", "Kvarnsåg Trä AB", "SE", "goods", "t", 30),
    ("dieselquay", "Diesel Quay Fuels Ltd", "IE", "fuel", "f", 14),
    ("rimandtread", "Rim & Tread Tyre Services Ltd", "IE", "tyres", "f", 30),
    ("boltbay", "Bolt Bay Commercial Repairs Ltd", "GB", "repair", "f", 30),
    ("teilelager", "Teilelager Weserbogen GmbH", "DE", "parts", "f", 30),
    ("shieldmoor", "Shieldmoor Insurance Brokers DAC", "IE", "insurance", "f", 14),
    ("mileposttoll", "Milepost Toll Collection SAS", "FR", "tolls", "f", 14),
    ("voltmere", "Voltmere Energy LLC", "US", "utilities", "b", 14),
    ("atticdesk", "Attic & Desk Office Services Ltd", "GB", "services", "b", 30),
)

#: Role of a contact person and the kind of address it is in Odoo.
ROLES = (
    ("Managing Director", "contact"),
    ("Accounts Payable", "invoice"),
    ("Goods In", "delivery"),
    ("Head of Purchasing", "contact"),
    ("Logistics Coordinator", "contact"),
    ("Quality Manager", "other"),
)
