"""The doctors that records name."""

from collections.abc import Iterable

from articles.models import Doctor

from .records import Person, folded


class People:
    """The doctors of one file, found or created for a batch at once.

    A doctor is the name and the hospital. Without a hospital it is the first doctor of that name. One who exists is
    left as the editors have it; one who was merged into another is that one, unless somebody else has the name now.
    """

    def __init__(self) -> None:
        self.known: dict[
            tuple[str, str], Doctor
        ] = {}  # (name, folded hospital) → Doctor; (name, "") is the first of that name
        self.former: dict[int | None, list[Doctor]] = {}  # key of a doctor → those who were merged into him

    def meet(self, persons: Iterable[Person], create: bool) -> None:
        """Make `self[person]` answer for each of `persons`; without `create` strangers stay unsaved."""
        strangers = [person for person in persons if self.key(person) not in self.known]
        names = {person.name for person in strangers}
        columns = [f"{path}{name}" for path in ("", "merged_into__") for name in ("name", "hospital")]
        found = Doctor.everyone.filter(name__in=names).select_related("merged_into").only(*columns, "merged_into")
        for doctor in sorted(found, key=lambda doctor: (doctor.merged_into_id is not None, doctor.pk)):
            self.remember(doctor)
        new = []
        for person in strangers:
            if self.key(person) not in self.known:
                new.append(Doctor(**person._asdict()))
                self.remember(new[-1])
        if create:
            Doctor.objects.bulk_create(new)

    def remember(self, doctor: Doctor) -> None:
        kept = doctor.merged_into or doctor
        self.known.setdefault(self.key(doctor), kept)
        self.known.setdefault((doctor.name, ""), kept)
        if kept is not doctor:
            self.former.setdefault(kept.pk, []).append(doctor)

    def meant(self, person: Person | None, current: Doctor | None) -> Doctor | None:
        """Return the doctor that `person` means for an article that has `current`, who stays where the words fit."""
        if person is None:
            return current
        if current and any(fits(person, one) for one in (current, *self.former.get(current.pk, ()))):
            return current
        return self.known[self.key(person)]

    @staticmethod
    def key(doctor: Doctor | Person) -> tuple[str, str]:
        return doctor.name, folded(doctor.hospital)


def fits(person: Person, doctor: Doctor) -> bool:
    return person.name == doctor.name and folded(person.hospital) in ("", folded(doctor.hospital))
