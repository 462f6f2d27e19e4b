from .article import Article
from .audit_entry import AuditEntry
from .correction import Correction
from .counters import Like
from .doctor import Doctor
from .draft_link import DraftLink
from .erased_image import ErasedImage
from .first_password import FirstPassword
from .image import Image, ImageUse
from .import_upload import ImportUpload
from .index_rebuild import IndexRebuild
from .merge_record import DoctorMerge, TagMerge
from .open_form import OpenForm
from .page import Page
from .passkey import Passkey
from .patient_word import PatientWord
from .proof import Proof
from .push import AddressChange, PushedAddress, PushService
from .red_flag import RedFlag
from .related_item import RelatedItem
from .related_list import RelatedList
from .report import Report
from .revision import Revision
from .search_miss import SearchMiss
from .second_factor import RecoveryCode, SecondFactor
from .sign_in_trial import SignInTrial
from .site_version import SiteChange, SiteVersion
from .tag import Tag, TagAlias
from .tagged_article import TaggedArticle
from .unsaved_form import UnsavedForm
from .vector import Vector

__all__ = [
    "AddressChange",
    "Article",
    "AuditEntry",
    "Correction",
    "Doctor",
    "DoctorMerge",
    "DraftLink",
    "ErasedImage",
    "FirstPassword",
    "Image",
    "ImageUse",
    "ImportUpload",
    "IndexRebuild",
    "Like",
    "OpenForm",
    "Page",
    "Passkey",
    "PatientWord",
    "Proof",
    "PushService",
    "PushedAddress",
    "RecoveryCode",
    "RedFlag",
    "RelatedItem",
    "RelatedList",
    "Report",
    "Revision",
    "SearchMiss",
    "SecondFactor",
    "SignInTrial",
    "SiteChange",
    "SiteVersion",
    "Tag",
    "TagAlias",
    "TagMerge",
    "TaggedArticle",
    "UnsavedForm",
    "Vector",
]
