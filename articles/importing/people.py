"""The doctors that records name."""

from articles.models import Doctor

from .records import folded


class People:
    """The doctors of one file, found or created for a batch at once.

    A doctor is the name and the hospital. Without a hospital it is the first doctor of that name. One who exists is
    left as the editors have it.
    """

    def __init__(self):
        self.known = {}  # (name, folded hospital) → Doctor; (name, "") is the first of that name

    def meet(self, persons, create):
        """Make `self[person]` answer for each of `persons`; without `create` strangers stay unsaved."""
        strangers = [person for person in persons if self.key(person) not in self.known]
        names = {person.name for person in strangers}
        for doctor in Doctor.objects.filter(name__in=names).only("name", "hospital").order_by("pk"):
            self.remember(doctor)
        new = []
        for person in strangers:
            if self.key(person) not in self.known:
                new.append(Doctor(**person._asdict()))
                self.remember(new[-1])
        if create:
            Doctor.objects.bulk_create(new)

    def remember(self, doctor):
        self.known.setdefault(self.key(doctor), doctor)
        self.known.setdefault((doctor.name, ""), doctor)

    def meant(self, person, current):
        """Return the doctor that `person` means for an article that has `current`, who stays where the words fit."""
        if person is None or (current and fits(person, current)):
            return current
        return self.known[self.key(person)]

    @staticmethod
    def key(doctor):
        return doctor.name, folded(doctor.hospital)


def fits(person, doctor):
    return person.name == doctor.name and folded(person.hospital) in ("", folded(doctor.hospital))
