"""What tests of public pages begin with."""

import shutil
from copy import deepcopy

import pytest
from django.conf import settings

from articles.tests.public_pages import make_site


@pytest.fixture(scope="module")
def made(kept, tmp_path_factory):
    """The site that the tests of a module begin with, and the folder of its image."""
    with kept(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        return make_site(), settings.MEDIA_ROOT


@pytest.fixture
def site(made, db, media_root):
    """A copy of that site for each test, which may change what it holds."""
    site, pictures = made
    shutil.copytree(pictures, media_root)
    return deepcopy(site)
