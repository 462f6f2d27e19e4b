"""The doctors that records name."""

from ..models import Doctor
from ..names import fold


class People:
    """The doctors of one file, found or created for a batch at once.

    A doctor is the name and the hospital. Without a hospital it is the first doctor of that name. One who exists is
    left as the editors have it.
    """

    def __init__(self):
        self.known = {}  # (name, folded hospital) → Doctor; (name, "") is the first of that name

    def meet(self, persons):
        """Make `self[person]` answer for each of `persons`."""
        strangers = [person for person in persons if self.key(person) not in self.known]
        names = {person.name for person in strangers}
        for doctor in Doctor.objects.filter(name__in=names).only("name", "hospital").order_by("pk"):
            self.remember(doctor)
        created = []
        for person in strangers:
            if self.key(person) not in self.known:
                created.append(Doctor(**person._asdict()))
                self.remember(created[-1])
        Doctor.objects.bulk_create(created)

    def remember(self, doctor):
        self.known.setdefault(self.key(doctor), doctor)
        self.known.setdefault((doctor.name, ""), doctor)

    def __getitem__(self, person):
        return self.known[self.key(person)]

    @staticmethod
    def key(doctor):
        return doctor.name, fold(doctor.hospital)
