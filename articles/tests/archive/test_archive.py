"""export_site and import_site: the whole site as one file, and the same site out of it again."""

import io
import json
import re
import time
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import models

from articles.archive.kinds import KINDS, LEFT_OUT
from articles.archive.reader import LONGEST, check
from articles.finding.search import search
from articles.models import (
    Article,
    Correction,
    Doctor,
    ImageUse,
    Passkey,
    PatientWord,
    RedFlag,
    Revision,
    SecondFactor,
    Tag,
    TagAlias,
    TaggedArticle,
)
from articles.models.second_factor import new_seed, secret_of
from articles.tests.archives import empty, export, fill, fill_with_few_words, load, refused, signed
from articles.tests.factories import make_article, make_tag
from articles.text.one_time_codes import STEP, code_at
from articles.workflow.second_factors import takes_code

pytestmark = pytest.mark.django_db


def test_a_site_comes_back_from_its_archive_and_gives_the_same_bytes_again(tmp_path):
    first = fill()
    before = {model: list(model.objects.order_by("pk").values()) for model in (Doctor, Tag, TagAlias, TaggedArticle)}
    uses = ImageUse.objects.count()
    content = export(tmp_path / "1.jsonl")
    empty()
    assert "article 3" in load(tmp_path / "1.jsonl")
    assert export(tmp_path / "2.jsonl") == content
    assert before == {model: list(model.objects.order_by("pk").values()) for model in before}
    assert ImageUse.objects.count() == uses == 1
    article = Article.objects.get(pk=first.pk)
    assert (article.helped_count, article.unhelped_count) == (5, 2)
    assert Doctor.everyone.get(name="张文婧").merged_into == article.doctor
    assert [merges.get().by.username for merges in (article.doctor.merges, Tag.objects.get(name="头痛").merges)] == [
        "lihong"
    ] * 2
    assert Revision.objects.get().content["tags"] == ["头痛"]
    assert (article.like_count, article.imported_likes, article.likes.count()) == (10, 10, 0)
    assert article.created_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_patients_words_come_back_as_editors_left_them(tmp_path):
    fill()
    PatientWord.objects.filter(word="拉肚子").delete()  # of an older version of the product
    export(tmp_path / "1.jsonl")
    empty()
    PatientWord.objects.all().delete()
    PatientWord.objects.deliver()
    load(tmp_path / "1.jsonl")
    present = PatientWord.objects.present()
    assert present.filter(word="火星热", term="痛风").count() == 1
    assert not present.filter(word="羊癫疯").exists()
    assert present.filter(word="拉肚子", term="腹泻").count() == 1


def test_what_came_back_is_public_found_and_can_be_added_to(tmp_path, client):
    first = fill()
    export(tmp_path / "1.jsonl")
    newest = Article.objects.latest("pk").pk
    empty()
    load(tmp_path / "1.jsonl")
    assert "头痛" in client.get(first.get_absolute_url()).content.decode()
    assert search("头疼").keys == [first.pk]
    assert client.get("/tags/头痛/").status_code == 200
    assert make_article().pk > newest


def test_an_archive_of_the_same_content_is_the_same_however_a_version_orders_its_fields(tmp_path):
    fill()
    before = export(tmp_path / "1.jsonl")
    revision = Revision.objects.get()
    Revision.objects.update(content=dict(reversed(revision.content.items())))
    assert export(tmp_path / "2.jsonl") == before


def test_times_are_written_in_utc_to_the_microsecond_and_days_as_days(tmp_path):
    article = fill()
    rows = [json.loads(line) for line in export(tmp_path / "1.jsonl").splitlines()]
    said = next(row for row in rows if row.get("row") == "article" and row["id"] == article.pk)
    assert (said["published_at"], said["reviewed_on"]) == ("2025-06-24T15:05:25.123456+00:00", "2025-01-31")


def test_a_thousand_rows_come_back_in_few_queries(tmp_path, django_assert_max_num_queries):
    """A thousand is also two batches to the last row, with nothing left over."""
    PatientWord.objects.all().delete()  # thousands come with the product
    RedFlag.objects.all().delete()  # and these are long
    Doctor.objects.bulk_create(Doctor(name=f"医生{number}") for number in range(1000))
    export(tmp_path / "1.jsonl")
    empty()
    with django_assert_max_num_queries(65):
        assert "doctor 1000" in load(tmp_path / "1.jsonl")
    assert Doctor.objects.count() == 1000


def test_progress_is_told_in_bytes_to_the_last_one(tmp_path):
    fill()
    content = export(tmp_path / "1.jsonl")
    read = []
    check(io.BytesIO(content), read.append)
    assert sum(read) == len(content)


def test_who_made_a_correction_is_known_by_name_and_cannot_sign_in(tmp_path):
    fill()
    content = export(tmp_path / "1.jsonl").decode()
    assert "long-enough-1" not in content
    assert "pbkdf2" not in content
    empty()
    load(tmp_path / "1.jsonl")
    user = Correction.objects.get().by
    assert (user.username, user.last_name, user.is_active, user.is_staff) == ("lihong", "李", False, False)
    assert not user.has_usable_password()


def test_an_account_that_is_there_stays_as_it_is(tmp_path):
    fill()
    export(tmp_path / "1.jsonl")
    empty()
    mine = User.objects.create_user("lihong", password="another-long-1", is_staff=True)
    load(tmp_path / "1.jsonl")
    mine.refresh_from_db()
    assert Correction.objects.get().by == mine
    assert mine.is_active
    assert mine.check_password("another-long-1")


def test_accounts_that_moved_before_the_archive_as_the_guide_says_keep_passwords_groups_and_work(tmp_path):
    fill()
    group = Group.objects.create(name="外聘")
    group.permissions.set(Permission.objects.filter(codename="view_article"))
    group.user_set.add(User.objects.get())
    recovery = SecondFactor.enrol(User.objects.get(), new_seed(), 0)
    code = code_at(secret_of(User.objects.get().second_factor.seed), int(time.time()) // STEP)
    export(tmp_path / "1.jsonl")
    dump = str(tmp_path / "accounts.json")
    Passkey.objects.create(user=User.objects.get(), name="手机", handle="x", credential_id="x", credential=b"\0\xff")
    tables = ("auth.group", "auth.user", "articles.secondfactor", "articles.passkey", "articles.recoverycode")
    call_command("dumpdata", *tables, natural_foreign=True, natural_primary=True, output=dump)
    empty()
    group.delete()
    User.objects.create_user("there-before")  # so that keys differ
    call_command("loaddata", dump, verbosity=0)
    load(tmp_path / "1.jsonl")
    user = User.objects.exclude(username="there-before").get()
    assert user.check_password("long-enough-1")
    assert user.has_perm("articles.view_article")
    assert takes_code(user, code)
    assert takes_code(user, recovery[0])
    assert bytes(user.passkeys.get().credential) == b"\0\xff"
    assert Correction.objects.get().by == Revision.objects.get().by == user


def test_no_reader_is_in_an_archive(tmp_path):
    fill()
    assert b"0" * 32 not in export(tmp_path / "1.jsonl")


def test_an_archive_of_nothing_is_one_too(tmp_path):
    PatientWord.objects.all().delete()
    RedFlag.objects.all().delete()
    assert export(tmp_path / "1.jsonl").count(b"\n") == 2
    assert "没有内容" in load(tmp_path / "1.jsonl")


def test_red_flags_of_an_archive_take_the_place_of_those_that_a_new_site_has(tmp_path):
    RedFlag.objects.all().delete()
    own = RedFlag.objects.create(name="打嗝", words="打嗝不停", advice="喝水。")
    key, content = own.pk, export(tmp_path / "1.jsonl")
    own.delete()
    for name in ("打嗝", "胸痛"):
        RedFlag.objects.create(name=name, words=name)
    load(tmp_path / "1.jsonl")
    assert list(RedFlag.objects.values_list("pk", "name", "words")) == [(key, "打嗝", "打嗝不停")]
    assert export(tmp_path / "2.jsonl") == content


def test_an_archive_from_before_danger_was_known_by_likeness_leaves_the_cards_for_it(tmp_path):
    mine = RedFlag.objects.create(pk=900, name="我们的", words="打嗝", advice="喝水。")
    rows = [json.loads(line) for line in export(tmp_path / "new.jsonl").splitlines()[1:-1]]
    old = [row for row in rows if row.get("name") != "听起来可能很急"]
    for row in old:
        row.pop("by_likeness", None)
    (tmp_path / "old.jsonl").write_bytes(signed(*old))
    empty()
    RedFlag.objects.filter(pk=mine.pk).delete()
    load(tmp_path / "old.jsonl")
    assert RedFlag.objects.get(name="听起来可能很急").by_likeness
    assert not RedFlag.objects.get(name="自己或身边的人想不开").by_likeness, "the archive has one of this name"
    assert RedFlag.objects.get(name="我们的").pk == mine.pk


def test_an_archive_without_red_flags_leaves_those_that_a_new_site_has(tmp_path):
    RedFlag.objects.all().delete()
    make_tag("头痛")
    export(tmp_path / "1.jsonl")
    empty()
    RedFlag.objects.create(name="打嗝", words="打嗝不停")
    load(tmp_path / "1.jsonl")
    assert RedFlag.objects.get().name == "打嗝"


def test_every_table_is_in_the_archive_or_left_out_for_a_reason():
    known = [kind.model for kind in KINDS] + list(LEFT_OUT)
    assert set(known) == set(apps.get_app_config("articles").get_models())
    assert len(known) == len(set(known))


def test_a_row_never_names_one_that_comes_later():
    places = {kind.model: place for place, kind in enumerate(KINDS)}
    for kind in KINDS:
        for field in kind.fields:
            if isinstance(field, models.ForeignKey) and field.related_model in places:
                assert places[field.related_model] <= places[kind.model], field


# --- What is refused ------------------------------------------------------------


def test_a_site_with_content_takes_no_archive(tmp_path):
    fill()
    export(tmp_path / "1.jsonl")
    assert "网站里已经有内容（医生），只能导入到空的网站" in refused(tmp_path / "1.jsonl")


def cut_short(content):
    return content[: len(content) // 2]


def without_end(content):
    return b"".join(content.splitlines(True)[:-1])


def with_a_line_less(content):
    rows = content.splitlines(True)
    return b"".join(rows[:2] + rows[3:])


def with_a_flipped_bit(content):
    return content.replace("草稿".encode(), "草搞".encode()).replace("张文静".encode(), "张文净".encode())


def with_more_behind(content):
    return content + content.splitlines(True)[1]


def with_a_broken_line(content):
    return content.replace(b'{"row":"tag"', b'{"row":"tag', 1)


def with_a_list_among_its_lines(content):
    rows = content.splitlines(True)
    return b"".join([*rows[:2], b"[]\n", *rows[2:]])


def with_a_second_end(content):
    return content + content.splitlines(True)[-1]


def with_another_number_of_rows(content):
    return re.sub(rb'"rows":(\d+)', lambda found: b'"rows":%d' % (int(found[1]) - 1), content)


@pytest.mark.parametrize(
    "damage",
    [
        *(cut_short, without_end, with_a_line_less, with_a_flipped_bit, with_more_behind, with_a_broken_line),
        *(with_a_list_among_its_lines, with_a_second_end, with_another_number_of_rows),
    ],
)
def test_a_damaged_archive_changes_nothing(tmp_path, damage):
    fill_with_few_words()
    content = export(tmp_path / "1.jsonl")
    empty()
    (tmp_path / "1.jsonl").write_bytes(damage(content))
    assert "文件不完整或者被改动过" in refused(tmp_path / "1.jsonl")


@pytest.mark.parametrize(
    ("damage", "line"), [(with_more_behind, None), (with_a_second_end, None), (with_a_list_among_its_lines, 3)]
)
def test_what_does_not_belong_into_an_archive_is_named_by_its_line(tmp_path, damage, line):
    fill_with_few_words()
    content = damage(export(tmp_path / "1.jsonl"))
    empty()
    (tmp_path / "1.jsonl").write_bytes(content)
    last = len(content.splitlines())
    assert f":{line or last}: " in refused(tmp_path / "1.jsonl")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", ":1: 文件不完整"),
        (b'{"format":"another-site","version":1}\n', "这不是用 export_site 导出的文件"),
        (b"\0\1\2", "这不是用 export_site 导出的文件"),
        ("标题,正文\n".encode(), "这不是用 export_site 导出的文件"),
        (b"[]\n", "这不是用 export_site 导出的文件"),
        (b'{"format":"healthqa-site","version":2}\n', "第 2 版，这里只认识第 1 版"),
        (b'{"format":"healthqa-site","version":1}\n', "文件不完整"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path, content, sentence):
    (tmp_path / "1.jsonl").write_bytes(content)
    assert sentence in refused(tmp_path / "1.jsonl")


PERSON = {"row": "person", "username": "u", "first_name": "", "last_name": ""}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"row": "spell", "id": 1}, ":2: 不认识“spell”"),
        ({"row": "doctor", "id": 1, "name": "李", "age": 5}, ":2: 不认识“doctor”的“age”"),
        ({"row": "doctor", "name": "李"}, ":2: 没有编号"),
        ({"row": "doctor", "id": 1, "name": "李" * 41}, ":2: “name”的值不对"),
        ({"row": "doctor", "id": 1, "name": None}, ":2: “name”的值不对"),
        ({"row": "correction", "id": 1, "article": 5, "text": "甲"}, "所指的内容不在文件里"),
        ({"row": "article", "id": 1, "title": "甲", "doctor": "x"}, ":2: “doctor”的值不对"),
        ({"row": "article", "id": 1, "title": "甲", "created_at": "x"}, ":2: “created_at”的值不对"),
        ({"row": "image", "id": 1, "name": "../../x-1x1", "alt": "", "size": 1}, ":2: “name”的值不对"),
        ({"row": "person", "username": 5}, ":2: 这个人没有用户名"),
        ({**PERSON, "username": ""}, ":2: 这个人没有用户名"),
        ({**PERSON, "username": "u" * 151}, ":2: 这个人没有用户名"),
        ({**PERSON, "last_name": "长" * 151}, ":2: 这个人没有用户名"),
    ],
)
def test_a_row_that_no_site_wrote_is_refused_with_its_line(tmp_path, row, sentence):
    (tmp_path / "1.jsonl").write_bytes(signed(row))
    assert sentence in refused(tmp_path / "1.jsonl")


def test_a_line_of_more_than_64_mb_is_refused_as_damage(tmp_path):
    with (tmp_path / "1.jsonl").open("wb") as file:
        file.seek(LONGEST + 10)  # a hole: takes no space on the disk
        file.write(b"\n")
    assert "文件不完整" in refused(tmp_path / "1.jsonl")


def test_rows_in_another_order_than_that_of_an_archive_are_refused(tmp_path):
    tag, doctor = {"row": "tag", "id": 1, "name": "甲"}, {"row": "doctor", "id": 1, "name": "李"}
    (tmp_path / "1.jsonl").write_bytes(signed(tag, doctor))
    assert ":3: 各种内容的次序不对" in refused(tmp_path / "1.jsonl")


def test_the_longest_names_that_an_account_can_have_come_back(tmp_path):
    names = {"username": "u" * 150, "first_name": "", "last_name": "长" * 150}
    (tmp_path / "1.jsonl").write_bytes(signed({"row": "person", **names}))
    load(tmp_path / "1.jsonl")
    assert User.objects.filter(**names).exists()


def test_what_was_cut_out_of_the_html_of_an_archive_is_not_found(tmp_path):
    times = {"created_at": "2025-01-01T00:00:00+00:00", "updated_at": "2025-01-01T00:00:00+00:00"}
    fields = {"status": "published", "published_at": "2025-01-01T00:00:00+00:00", **times}
    row = {"row": "article", "id": 1, "title": "甲", "body": "<p>头痛</p><script>腹泻</script>", **fields}
    (tmp_path / "1.jsonl").write_bytes(signed(row))
    load(tmp_path / "1.jsonl")
    assert search("头痛").keys == [1]
    assert search("腹泻").keys == []


def test_html_of_an_archive_is_sanitised_as_everywhere(tmp_path):
    times = {"created_at": "2025-01-01T00:00:00+00:00", "updated_at": "2025-01-01T00:00:00+00:00"}
    row = {"row": "article", "id": 1, "title": "甲", "body": '<p onclick="x()">一</p><script>x()</script>', **times}
    (tmp_path / "1.jsonl").write_bytes(signed(row))
    load(tmp_path / "1.jsonl")
    assert Article.objects.get().body == "<p>一</p>"


def test_a_file_that_cannot_be_written_or_read_gets_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="写不了这个文件"):
        export(tmp_path / "none" / "1.jsonl")
    with pytest.raises(CommandError, match="找不到这个文件"):
        load(tmp_path / "none.jsonl")
    with pytest.raises(CommandError, match="这是一个目录"):
        load(tmp_path)


def test_an_export_replaces_its_file_as_a_whole_and_is_for_its_owner_only(tmp_path):
    (tmp_path / "1.jsonl").write_bytes(b"old")
    export(tmp_path / "1.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["1.jsonl"]
    assert (tmp_path / "1.jsonl").stat().st_mode & 0o077 == 0


def test_queries_do_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries):
    PatientWord.objects.all().delete()  # thousands come with the product
    Article.objects.bulk_create(Article(title=f"问题{n}", body="<p>甲</p>") for n in range(900))
    with django_assert_max_num_queries(43):
        export(tmp_path / "1.jsonl")
