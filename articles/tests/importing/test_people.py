"""The doctors that files name: who is found, who is new, and who stays with a question."""

import pytest

from articles.importing.people import People
from articles.importing.records import Person
from articles.models import Doctor
from articles.models.doctor_merging import merge_doctors
from articles.tests.factories import make_doctor

pytestmark = pytest.mark.django_db


def met(*persons, create=True):
    people = People()
    people.meet(persons, create)
    return people


def test_a_doctor_is_found_by_name_and_hospital_however_that_is_written():
    first, second = make_doctor(name="张伟", hospital="市一院（北）"), make_doctor(name="张伟", hospital="市二院")
    persons = [Person("张伟", "市一院(北)"), Person("张伟", "市二院"), Person("张伟")]
    people = met(*persons)
    assert [people.meant(person, None) for person in persons] == [first, second, first]
    assert Doctor.objects.count() == 2


def test_another_hospital_is_another_doctor_and_a_preview_saves_nobody():
    first = make_doctor(name="张伟", hospital="市一院")
    stranger = Person("张伟", "市二院", "主任医师", "内科", "很好。")
    people = met(stranger, Person("李红"), Person("李红"), create=False)
    assert people.meant(stranger, None) != first
    assert people.meant(stranger, None).pk is None
    assert Doctor.objects.count() == 1
    people = met(stranger, Person("李红"), Person("李红"))
    new = Doctor.objects.get(hospital="市二院")
    assert (new.professional_title, new.department, new.biography) == ("主任医师", "内科", "很好。")
    assert people.meant(stranger, first) == new
    assert Doctor.objects.filter(name="李红").count() == 1


def test_who_is_met_again_in_a_later_batch_is_the_same():
    people = met(Person("李红", "市一院"))
    people.meet([Person("李红"), Person("李红", "市一院")], True)
    assert people.meant(Person("李红"), None) == Doctor.objects.get()


def test_a_question_keeps_its_doctor_where_the_words_fit():
    make_doctor(name="张伟", hospital="市一院")
    current = make_doctor(name="张伟", hospital="市二院")
    people = met(Person("张伟"), Person("张伟", "市一院"), Person("李红"))
    assert people.meant(None, current) == current
    assert people.meant(None, None) is None
    assert people.meant(Person("张伟"), current) == current
    assert people.meant(Person("张伟", "市二院"), current) == current
    assert people.meant(Person("张伟", "市一院"), current).hospital == "市一院"
    assert people.meant(Person("李红"), current).name == "李红"


def test_a_known_doctor_is_left_as_the_editors_have_him():
    doctor = make_doctor(name="张伟", hospital="市一院", professional_title="主任医师")
    met(Person("张伟", "市一院", "医师"))
    doctor.refresh_from_db()
    assert doctor.professional_title == "主任医师"


def test_who_was_merged_away_is_the_doctor_kept_and_not_made_again():
    old, kept = make_doctor(name="张伟", hospital="市一院"), make_doctor(name="张炜", hospital="市二院")
    other = make_doctor(name="张伟", hospital="市三院")
    merge_doctors([old], kept)
    people = met(Person("张伟", "市一院"), Person("张伟"))
    assert people.meant(Person("张伟", "市一院"), None) == kept
    assert people.meant(Person("张伟"), kept) == kept  # whose own former name that is
    assert people.meant(Person("张伟"), None) == other
    assert set(Doctor.objects.all()) == {kept, other}
