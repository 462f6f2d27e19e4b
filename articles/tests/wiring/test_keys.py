"""The secret key changes while people work: what the former one signed stays good, as long as it is named."""

import pytest
from django.core import signing

from articles.models import DraftLink
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article
from articles.text.digests import is_keyed, keyed

pytestmark = pytest.mark.django_db
FORMER, NEW = "f" * 60, "n" * 60


@pytest.fixture
def turn_over(settings):
    """What is done before is signed by the former key; called, it takes the new one, and names the former if `kept`."""
    settings.SECRET_KEY = FORMER

    def turn(kept):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [FORMER] if kept else []

    return turn


@pytest.mark.parametrize("kept", [True, False])
def test_editors_stay_signed_in_while_the_former_key_is_named(turn_over, kept):
    client = sign_in(make_staff("编辑"))
    turn_over(kept)
    assert client.get("/admin/").status_code == (200 if kept else 302)


@pytest.mark.parametrize("kept", [True, False])
def test_links_to_drafts_open_while_the_former_key_is_named_and_new_ones_do(client, turn_over, kept):
    draft = make_article(status="draft")
    sent = DraftLink.make(draft, days=7).get_absolute_url()
    turn_over(kept)
    assert client.get(sent).status_code == (200 if kept else 404)
    assert client.get(DraftLink.make(draft, days=7).get_absolute_url()).status_code == 200


def test_what_anybody_has_signed_is_good_by_either_key_and_by_no_other(turn_over, settings):
    digest, signed = keyed("一行"), signing.dumps(1, salt="report")
    turn_over(kept=True)
    assert is_keyed("一行", digest)
    assert is_keyed("一行", keyed("一行"))
    assert not is_keyed("两行", digest)
    assert not is_keyed("一行", "字" * 32)
    assert signing.loads(signed, salt="report") == 1
    assert keyed("一行") != digest
    settings.SECRET_KEY_FALLBACKS = ["another" * 9]
    assert not is_keyed("一行", digest)
