"""The doctors that records name."""

from collections.abc import Iterable

from articles.models import Doctor

from .records import Person, folded


class People:
    """The doctors of one file, found or created for a batch at once.

    A doctor is the name and the hospital. Without a hospital it is the first doctor of that name. One who exists is
    left as the editors have it.
    """

    def __init__(self) -> None:
        self.known: dict[
            tuple[str, str], Doctor
        ] = {}  # (name, folded hospital) → Doctor; (name, "") is the first of that name

    def meet(self, persons: Iterable[Person], create: bool) -> None:
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

    def remember(self, doctor: Doctor) -> None:
        self.known.setdefault(self.key(doctor), doctor)
        self.known.setdefault((doctor.name, ""), doctor)

    def meant(self, person: Person | None, current: Doctor | None) -> Doctor | None:
        """Return the doctor that `person` means for an article that has `current`, who stays where the words fit."""
        if person is None or (current and fits(person, current)):
            return current
        return self.known[self.key(person)]

    @staticmethod
    def key(doctor: Doctor | Person) -> tuple[str, str]:
        return doctor.name, folded(doctor.hospital)


def fits(person: Person, doctor: Doctor) -> bool:
    return person.name == doctor.name and folded(person.hospital) in ("", folded(doctor.hospital))
