"""Tags in the admin: the form, the aliases, merging, and the suggestions of the tag box."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from articles.models import Tag, TagAlias, TagMerge
from articles.tests.editing import TAGS, change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db


def send_tag(client, address, **changes):
    return send(client, address, "tag", **changes)


def test_a_new_tag_gets_its_address_from_its_name(editor):
    assert send_tag(editor, f"{TAGS}add/", name=" ＨＰＶ ", kind="disease").status_code == 302
    tag = Tag.objects.get()
    assert (tag.name, tag.slug) == ("HPV", "hpv")


def test_a_change_that_waits_follows_the_new_name_of_a_tag(editor, reviewer):
    tag = make_tag("急诊科", kind="department")
    article = make_article(body="<p>多休西。</p>", tags=["急诊科", "头痛"])
    send(editor, change_address(article), step="submit", body="<p>多休息。</p>")
    send_tag(editor, change_address(tag), name="急诊医学科")
    assert "急诊医学科" in editor.get(change_address(article)).content.decode()
    send(reviewer, change_address(article), step="publish")
    article.refresh_from_db()
    assert (article.body, set(article.tags.names())) == ("<p>多休息。</p>", {"急诊医学科", "头痛"})
    assert not Tag.objects.filter(name="急诊科").exists()


def test_an_address_can_be_chosen_once_and_never_changed(editor):
    send_tag(editor, f"{TAGS}add/", name="头痛", slug="headache")
    tag = Tag.objects.get()
    assert tag.slug == "headache"
    send_tag(editor, change_address(tag), slug="other", name="头疼")
    tag.refresh_from_db()
    assert (tag.name, tag.slug) == ("头疼", "headache")


def test_saving_a_tag_without_a_change_logs_no_change(editor):
    tag = make_tag("头痛", introduction="一。\n\n二。")
    TagAlias.objects.create(tag=tag, name="头疼")
    send_tag(editor, change_address(tag))
    assert LogEntry.objects.latest("pk").get_change_message() == "没有字段被修改。"


MISTAKES = [
    ({"name": ""}, "必填项"),
    ({"name": "\u202e"}, "请填写标签名"),
    ({"name": "甲，乙"}, "不能有逗号"),
    ({"name": "发烧"}, "标签“发烧”已经有了"),
    ({"name": "ＦＡＳＨＡＯ"}, "已经是标签“发烧”的别名"),
    ({"name": "ß" * 60}, "太长"),
    ({"name": "a\x00"}, "空字符"),
    ({"introduction": "长" * 2001}, "不超过 2000 字符"),
    ({"aliases-0-name": "发烧"}, "请用“合并标签”"),
    ({"aliases-0-name": "fashao"}, "已经是标签“发烧”的别名"),
    ({"aliases-0-name": "头痛"}, "本身是一个标签"),
    ({"name": "头疼", "aliases-0-name": "头疼"}, "与标签同名"),
    ({"aliases-0-name": "甲、乙"}, "不能有逗号"),
    ({"aliases-0-name": "ß" * 60}, "太长"),
    ({"aliases-0-name": "甲", "aliases-1-name": "甲 ", "aliases-TOTAL_FORMS": "2"}, "这个别名写了两次"),
]


def test_mistakes_in_a_tag_are_answered_in_chinese():
    manager = sign_in(make_staff("管理员"))
    TagAlias.objects.create(tag=make_tag("发烧"), name="fashao")
    tag = make_tag("头痛")
    shown = shown_form(manager.get(change_address(tag)), "tag")
    for changes, sentence in MISTAKES:
        answer = manager.post(change_address(tag), shown | changes)
        assert sentence in errors_of(answer) + answer.content.decode(), changes
        tag.refresh_from_db()
        assert tag.name == "头痛"
        assert not tag.aliases.exists()


def test_the_address_of_a_former_tag_is_not_given_away(editor):
    TagAlias.objects.create(tag=make_tag("怀孕"), name="妊娠", slug="pregnancy")
    assert "曾经属于别的标签" in errors_of(send_tag(editor, f"{TAGS}add/", name="孕妇", slug="pregnancy"))


def test_tags_are_found_by_alias(editor):
    TagAlias.objects.create(tag=make_tag("面肌痉挛"), name="面肌痙攣")
    make_tag("头痛")
    found = editor.get(f"{TAGS}?q=痙攣").context["cl"].result_list
    assert [tag.name for tag in found] == ["面肌痉挛"]


# --- Merging ------------------------------------------------------------------


def merge(client, tags, **values):
    return client.post(TAGS, {"action": "merge", "_selected_action": [tag.pk for tag in tags], "index": "0"} | values)


def test_merging_asks_for_the_target_and_proposes_the_most_used(editor):
    much, little = make_tag("怀孕"), make_tag("妊娠")
    make_article(tags=[much])
    answer = merge(editor, [little, much])
    assert answer.context["form"].initial["target"] == much
    assert Tag.objects.count() == 2


def test_merging_moves_the_articles_and_sends_the_old_address_on(editor, client):
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    article = make_article(tags=[old])
    address = old.get_absolute_url()
    assert merge(editor, [kept, old], confirmed="1", target=kept.pk).status_code == 302
    assert list(article.tags.all()) == [kept]
    assert LogEntry.objects.get(object_id=str(kept.pk)).get_change_message() == "合并了标签“妊娠”。"
    moved = client.get(address)
    assert moved.status_code == 301
    assert moved["Location"] == kept.get_absolute_url()


@pytest.mark.parametrize("target", ["", "nonsense", "99999999999999999999", "a\x00"])
def test_merging_into_nothing_is_a_sentence(editor, target):
    answer = merge(editor, [make_tag(), make_tag()], confirmed="1", target=target)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Tag.objects.count() == 2


def test_merging_one_tag_into_itself_asks_again(editor):
    tag = make_tag()
    answer = merge(editor, [tag], confirmed="1", target=tag.pk)
    assert answer.status_code == 200
    assert Tag.objects.count() == 1


def test_who_may_only_look_at_tags_cannot_merge_them():
    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_tag", content_type__app_label="articles"))
    client, tags = sign_in(user), [make_tag("怀孕"), make_tag("妊娠")]
    assert 'value="merge"' not in client.get(TAGS).content.decode()
    merge(client, tags, confirmed="1", target=tags[0].pk)
    assert Tag.objects.count() == 2


def test_a_merge_is_taken_back_on_the_page_of_the_tag_kept(editor, client):
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    article = make_article(tags=[old])
    merge(editor, [kept, old], confirmed="1", target=kept.pk)
    page = editor.get(change_address(kept)).content.decode()
    assert "合并进来：妊娠" in page
    address = f"{TAGS}merges/{TagMerge.objects.get().pk}/undo/"
    assert address in page
    assert "合并时有它的 1 个问题" in editor.get(address).content.decode()
    assert Tag.objects.count() == 1
    answer = editor.post(address, follow=True)
    assert "归还的：1 个问题。" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == change_address(old)
    assert [tag.name for tag in article.tags.all()] == ["妊娠"]
    assert client.get(old.get_absolute_url()).status_code == 200
    assert LogEntry.objects.filter(change_message__contains="撤销了合并").count() == 2
    for again in (editor.get(address, follow=True), editor.post(address, follow=True)):
        assert "这次合并的记录已经不在了" in again.content.decode()


def test_a_merge_that_is_a_week_old_is_not_taken_back_and_forgotten(editor):
    kept = make_tag("怀孕")
    merge(editor, [make_tag("妊娠")], confirmed="1", target=kept.pk)
    record = TagMerge.objects.get()
    TagMerge.objects.update(at=timezone.now() - timedelta(days=8))
    assert "合并进来" not in editor.get(change_address(kept)).content.decode()
    assert "已经超过 7 天" in editor.post(f"{TAGS}merges/{record.pk}/undo/", follow=True).content.decode()
    assert not TagMerge.objects.exists()


# --- Deleting -----------------------------------------------------------------


def test_a_tag_in_use_is_not_deleted_and_the_page_says_what_to_do():
    manager = sign_in(make_staff("管理员"))
    used, unused = make_tag("头痛"), make_tag("没有用到")
    make_article(tags=[used])
    selected = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
    address = f"{TAGS}{used.pk}/delete/"
    for answer in (manager.get(address), manager.post(address, {"post": "yes"}), manager.post(TAGS, selected)):
        page = answer.content.decode()
        assert "还用在问题里，不能直接删除" in page
        assert f'<a href="/admin/articles/article/?tag={used.pk}">1 个问题</a>' in page
        assert "合并到别的标签</button>" in page
    assert "只删除没有用到的 1 个标签" in page
    assert manager.post(TAGS, {"action": "merge", "_selected_action": used.pk}).context["form"]
    assert Tag.objects.count() == 2
    manager.post(TAGS, selected | {"_selected_action": [unused.pk]})
    assert Tag.objects.get() == used


# --- Suggestions --------------------------------------------------------------


def suggested(client, text):
    return client.get(f"{TAGS}suggest/", {"q": text}).json()


def test_suggestions_match_names_and_aliases_exact_and_short_first(editor):
    for name in ("慢性头痛", "头痛", "头痛欲裂"):
        make_tag(name)
    TagAlias.objects.create(tag=make_tag("偏头风"), name="一侧的头痛")
    results = suggested(editor, "头痛")["results"]
    assert [row["name"] for row in results] == ["头痛", "头痛欲裂", "慢性头痛", "偏头风"]
    assert results[3]["alias"] == "一侧的头痛"


def test_suggestions_say_what_the_typed_text_already_is(editor):
    TagAlias.objects.create(tag=make_tag("面肌痉挛"), name="面肌痙攣")
    assert suggested(editor, "面肌痙攣")["exact"] == "面肌痉挛"
    assert suggested(editor, "面肌")["exact"] is None


@pytest.mark.parametrize("text", ["", " ", "\x00", "%", "_", "\\", "'", "长" * 10_000, "\u202e", "ﷺ" * 60])
def test_suggestions_take_anything(editor, text):
    make_tag("头痛")
    assert suggested(editor, text)["results"] == []


def test_at_most_ten_suggestions_are_made(editor):
    for number in range(30):
        make_tag(f"头痛{number}")
    assert len(suggested(editor, "头")["results"]) == 10
