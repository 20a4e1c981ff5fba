"""The program's own translations are whole, and no message file that would break a page is taken."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as PoMessage
from jinja2 import Environment, StrictUndefined

from arena.catalogue import load_catalogue
from arena.errors import ArenaError
from arena.messages import ENGLISH, available_tags, lazy_ngettext, load_language
from arena.messages.checking import complaints_of, is_translated
from arena.messages.files import program_folder, project_folder, read_messages
from arena.messages.renewing import all_messages
from arena.messages.templates import translate_templates
from tests.catalogue.projects import write_project

TAGS = ("ar", "es", "fr", "ja", "zh")
HEAD = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return all_messages()


def own(tmp_path: Path, tag: str, text: str) -> Path:
    """A project's folder ``data`` with a message file beside it."""
    data = tmp_path / "data"
    project_folder(data).mkdir(parents=True, exist_ok=True)
    (project_folder(data) / f"{tag}.po").write_text(HEAD + text, "utf-8")
    return data


def test_the_languages_are_those_that_are_promised() -> None:
    assert available_tags(None) == ("en", *TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_every_text_of_the_program_is_in_each_message_file(tag: str, texts: Catalog) -> None:
    translated = read_messages(program_folder() / f"{tag}.po")
    assert [found.id for found in texts if found.id and not translated.get(found.id)] == [], "run: make messages"


@pytest.mark.parametrize("tag", TAGS)
def test_what_voters_are_told_is_translated(tag: str) -> None:
    """A text of the site may wait for a translator, and is shown in English until then."""
    translated = read_messages(program_folder() / f"{tag}.po")
    forms = translated.num_plurals
    of_voting = [found for found in translated if any("vot" in file.split("/")[1] for file, _ in found.locations)]
    assert len(of_voting) > 100
    assert [found.id for found in of_voting if not is_translated(found, forms)] == []


@pytest.mark.parametrize("tag", TAGS)
def test_a_draft_says_that_it_is_one(tag: str) -> None:
    assert load_language(tag, None).draft
    assert not ENGLISH.draft


@pytest.mark.parametrize(
    ("english", "said", "complaint"),
    [
        ("Press %(key)s.", "Pulsa.", "placeholders differ"),
        ("Press %(key)s.", "Pulsa %(tecla)s.", "placeholders differ"),
        ("Press %(key)s.", "Pulsa %(key).", "placeholders differ"),
        ("Press %(key)s.", "Pulsa %(key)s 5 % más.", "is no placeholder"),
        ("Press <kbd>1</kbd>", "Pulsa 1", "HTML differs"),
        ("Close", "<script>alert(1)</script>", "HTML differs"),
        ("Close", "Cerrar &lt;", "HTML differs"),
        ("Close", "Cerrar {{ token }}", "may not contain {{"),
        ("Close", "Cerrar {% raw %}", "may not contain {%"),
        ("Close", 'Cerrar" onclick="x', 'may not contain "'),
        (("%(count)s vote", "%(count)s votes"), ("un voto",), "all 2 plural forms"),
        (("%(count)s vote", "%(count)s votes"), ("%(count)s voto", "%(n)s votos"), "placeholders differ"),
    ],
)
def test_what_would_break_a_page_is_refused(english: str | tuple[str, str], said: str, complaint: str) -> None:
    assert any(complaint in each for each in complaints_of(PoMessage(english, said), 2))


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Close", ""),
        ("100%% sure", "100 %% seguro"),
        ("A <b>%(what)s</b>", "Un <b>%(what)s</b>"),
        (("%(count)s vote", "%(count)s votes"), ("un voto", "%(count)s votos")),
    ],
)
def test_what_is_right_is_taken(english: str | tuple[str, str], said: str) -> None:
    assert list(complaints_of(PoMessage(english, said), 2)) == []


@pytest.mark.parametrize(
    ("tag", "content", "where"),
    [
        ("es", 'msgid "Close"\nmsgstr "Cerrar %(x)s"\n', "messages/es.po:"),
        ("es", 'msgid "Close\n', "messages/es.po:"),
        ("klingonese", 'msgid "Close"\nmsgstr "x"\n', "messages/klingonese.po"),
        ("de", "\udcff", "messages/de.po"),
    ],
)
def test_a_message_file_that_cannot_be_used_is_named(tmp_path: Path, tag: str, content: str, where: str) -> None:
    data = own(tmp_path, tag, "")
    (project_folder(data) / f"{tag}.po").write_bytes((HEAD + content).encode("utf-8", "surrogateescape"))
    with pytest.raises(ArenaError) as refused:
        load_language(tag, data)
    assert refused.value.where.startswith(where)


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    data = own(tmp_path, "de", "")
    content = (HEAD + 'msgid "Undo"\nmsgstr "Zurück"\n').replace("\n", "\r\n").encode("utf-8-sig")
    (project_folder(data) / "de.po").write_bytes(content)
    assert load_language("de", data).gettext("Undo") == "Zurück"


def test_a_project_corrects_words_and_adds_a_language(tmp_path: Path) -> None:
    data = own(tmp_path, "es", 'msgid "Undo"\nmsgstr "Atrás"\n')
    own(tmp_path, "de", 'msgid "Undo"\nmsgstr "Zurück"\n\nmsgid "Close"\nmsgstr ""\n')
    own(tmp_path, "en", 'msgid "Undo"\nmsgstr "Back"\n')
    assert available_tags(data) == ("en", "ar", "de", "es", "fr", "ja", "zh")
    spanish, german = load_language("es", data), load_language("de", data)
    assert (spanish.gettext("Undo"), spanish.gettext("Close")) == ("Atrás", "Cerrar")
    assert (german.gettext("Undo"), german.gettext("Close"), german.own_name) == ("Zurück", "Close", "Deutsch")
    assert load_language("en", data).gettext("Undo") == "Back"
    assert load_language("en", None) is ENGLISH


def test_numbers_are_those_of_the_language_and_in_english_those_of_the_site() -> None:
    spanish, arabic, japanese = (load_language(tag, None) for tag in ("es", "ar", "ja"))
    assert (spanish.number(-1234.5), spanish.whole(12345), spanish.share(322, 560)) == (
        "−1.234,50",
        "12.345",
        "58 %".replace(" ", "\xa0"),
    )
    assert spanish.dollars(Decimal("0.053")) == "0,053\xa0US$"
    assert (ENGLISH.number(-1234.5), ENGLISH.share(322, 560), ENGLISH.dollars(Decimal("0.053"))) == (
        "−1,234.50",
        "58%",
        "$0.053",
    )
    assert (
        japanese.say(lazy_ngettext("%(count)s vote so far.", "%(count)s votes so far.", 1234)) == "これまでに1,234票。"
    )
    assert (arabic.direction, spanish.direction) == ("rtl", "ltr")
    forms = {
        arabic.ngettext("%(count)s vote so far.", "%(count)s votes so far.", number) for number in (1, 2, 3, 11, 100)
    }
    assert len(forms) == 5
    assert arabic.gettext("You chose %(model)s.", model="GPT") == "اخترت \u2068GPT\u2069."


def test_a_block_in_english_is_what_stands_in_the_template_and_in_others_its_translation() -> None:
    source = "<p>{% trans %}Undo{% endtrans %}\n{% trans %}You chose {{ model }}.{% endtrans %}</p>\n{{ _('Close') }}"

    def rendered(tag: str) -> str:
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        made = translate_templates(environment, load_language(tag, None))
        return made.from_string(source).render(model="<b>")

    assert rendered("en") == "<p>Undo\nYou chose &lt;b&gt;.</p>\nClose"
    assert rendered("fr") == "<p>Annuler\nVous avez choisi &lt;b&gt;.</p>\nFermer"
    assert "\u2068&lt;b&gt;\u2069" in rendered("ar")


def test_check_says_what_is_wrong_with_the_languages_of_a_project(tmp_path: Path) -> None:
    data = write_project(tmp_path)
    file = data / "arena.toml"
    file.write_text(f'language = "xx"\nvoting = {{ languages = ["es", "de"] }}\n{file.read_text("utf-8")}', "utf-8")
    own(tmp_path, "fr", 'msgid "Undo"\nmsgstr "<i>"\n')
    with pytest.raises(ArenaError) as refused:
        load_catalogue(data)
    found = [(each.where.rpartition("/")[2], each.message) for each in refused.value.findings]
    assert ("arena.toml: language", 'no messages in "xx"') in found
    assert ("arena.toml: voting.languages", 'no messages in "de"') in found
    assert any(where.startswith("fr.po:") and "HTML differs" in message for where, message in found)
