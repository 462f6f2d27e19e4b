from .article import Article
from .correction import Correction
from .doctor import Doctor
from .draft_link import DraftLink
from .image import Image, ImageUse
from .import_upload import ImportUpload
from .index import IndexRebuild, SearchMiss
from .like import Like
from .open_form import OpenForm
from .page import Page
from .proof import Proof
from .related import RelatedItem, RelatedList
from .report import Report
from .revision import Revision
from .site_version import SiteVersion
from .tag import Tag, TagAlias, TaggedArticle

__all__ = [
    "Article",
    "Correction",
    "Doctor",
    "DraftLink",
    "Image",
    "ImageUse",
    "ImportUpload",
    "IndexRebuild",
    "Like",
    "OpenForm",
    "Page",
    "Proof",
    "RelatedItem",
    "RelatedList",
    "Report",
    "Revision",
    "SearchMiss",
    "SiteVersion",
    "Tag",
    "TagAlias",
    "TaggedArticle",
]
