from .article import Article
from .doctor import Doctor
from .like import Like
from .page import Page
from .related import RelatedItem
from .tag import Tag, TagAlias, TaggedArticle

__all__ = ["Article", "Doctor", "Like", "Page", "RelatedItem", "Tag", "TagAlias", "TaggedArticle"]
