"""The API's doors: who may pass which, and the smallest form that each takes."""

APPLICANT = {"name": "Bà Hoa", "phone": "0912345678"}


DOSSIER = {"procedure": "GPLX-01", "applicant": APPLICANT}


DOORS = {
    ("POST", "/dossiers"): {"desk", "integration"},
    ("GET", "/dossiers/H49.12-261123-0001"): {"desk", "manager", "admin"},
    ("PATCH", "/dossiers/H49.12-261123-0001"): {"desk"},
    ("GET", "/dossiers/H49.12-261123-0001/history"): {"desk", "manager", "admin"},
    ("GET", "/dossiers"): {"desk", "manager", "admin"},
    ("POST", "/dossiers/H49.12-261123-0001/acts"): {"desk"},
    ("POST", "/parcels"): {"desk", "integration"},
    ("GET", "/parcels"): {"desk", "manager", "admin"},
    ("GET", "/parcels/EE123456785VN"): {"desk", "manager", "admin"},
    ("POST", "/labels"): {"desk"},
    ("GET", "/printers"): {"desk", "manager", "admin"},
    ("POST", "/printers"): {"admin"},
    ("DELETE", "/printers/Zebra"): {"admin"},
    ("POST", "/prints"): {"desk"},
    ("POST", "/handovers"): {"desk"},
    ("POST", "/handovers/BK-261123-0001/sign"): {"desk"},
    ("GET", "/handovers/BK-261123-0001"): {"desk", "manager", "admin"},
    ("POST", "/scans"): {"desk", "courier"},
    ("POST", "/events"): {"courier", "integration"},
    ("GET", "/messages"): {"desk"},
    ("GET", "/messages/1"): {"desk"},
    ("POST", "/messages/1/read-again"): {"desk"},
    ("POST", "/messages/read-again"): {"desk"},
}
"""The contract's column of roles."""


FORMS = {
    "/dossiers": DOSSIER | {"procedure": "NONE"},
    "/dossiers/H49.12-261123-0001": {"reason": "x"},
    "/dossiers/H49.12-261123-0001/acts": {"act": "collected"},
    "/parcels": {
        "carrier": "rehearsal",
        "direction": "to_authority",
        "dossiers": ["H49.12-261123-0001"],
    },
    "/labels": {},
    "/printers": {"name": "Zebra", "office": "NONE", "kind": "browser"},
    "/prints": {"printer": "NONE"},
    "/handovers": {"carrier": "rehearsal", "parcels": ["EE123456785VN"]},
    "/handovers/BK-261123-0001/sign": {"signed_by": "Tuấn"},
    "/scans": {"code": "EE123456785VN"},
    "/messages/read-again": {},
    "/events": {"events": [{}]},
}
