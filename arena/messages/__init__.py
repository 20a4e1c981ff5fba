"""What pages and answers say, in the reader's language: gettext message files (PO), read by Babel.

English is in the code and the templates. ``arena/messages/<tag>.po`` has the program's translations, and a project's
own ``messages/<tag>.po`` comes before them: it corrects some words, or adds a language. Whatever neither has is said
in English. docs/languages.md tells how texts are marked, extracted and reviewed.
"""

from arena.messages.files import available_tags, load_language
from arena.messages.language import ENGLISH, N_, InterfaceLanguage, Message, lazy_gettext, lazy_ngettext
from arena.messages.negotiation import OfferedLanguages

__all__ = [
    "ENGLISH",
    "N_",
    "InterfaceLanguage",
    "Message",
    "OfferedLanguages",
    "available_tags",
    "lazy_gettext",
    "lazy_ngettext",
    "load_language",
]
