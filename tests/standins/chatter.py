"""Places as some carriers write them, full of telephones, postmen and streets."""

import re
from dataclasses import dataclass, field
from random import Random

OFFICES = ("Bưu cục Uông Bí", "BC Hạ Long 2", "KTC1 Vĩnh Long", "203000 - BCP Quảng Yên", "Bà Rịa")
PERSON, STREET = "Nguyễn Văn Không", "Không Có Thật"


@dataclass
class Chatter:
    """A carrier's clerk who writes too much."""

    chance: Random
    telephones: set[str] = field(default_factory=set)
    """Their digits."""

    def place(self) -> str:
        parts = [self.chance.choice(OFFICES)]
        for part in self.chance.sample((self.telephone, self.person, self.street), 2):
            parts.insert(self.chance.randint(0, len(parts)), part())
        return self.chance.choice((", ", " - ", "; ", " – ")).join(parts)

    def telephone(self) -> str:
        c = self.chance
        digits = c.choice("035789") + "".join(c.choices("0123456789", k=c.choice((7, 8, 9))))
        self.telephones.add(digits)
        pieces, sign = re.findall("..?.?", "0" + digits), c.choice(" .-_/·") + c.choice(("", " "))
        number = c.choice((sign, "")).join(pieces)
        return c.choice(("{}", "ĐT: {}", "SĐT {}", "({})", "hotline {}", "lh {}")).format(number)

    def person(self) -> str:
        who = self.chance.choice(("bưu tá", "Bưu tá:", "nhân viên", "NV", "shipper", "người nhận:"))
        return f"{who} {PERSON}"

    def street(self) -> str:
        n = self.chance.randint(1, 999)
        forms = ("số {} đường", "số nhà {} phố", "{}A/5 phố", "{} đường", "ngõ {}", "hẻm {}")
        return f"{self.chance.choice(forms).format(n)} {STREET}"


def of_people(text: str, telephones: set[str]) -> bool:
    digits = re.sub(r"\D", "", text)
    lengths = {len(t) for t in telephones}
    told = {digits[n : n + k] for k in lengths for n in range(len(digits) - k + 1)}
    return bool(told & telephones) or PERSON in text or STREET in text
