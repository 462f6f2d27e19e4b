"""What tests of public pages begin with."""

import pytest

from articles.tests.public_pages import make_site


@pytest.fixture
def site(media_root):
    return make_site()
