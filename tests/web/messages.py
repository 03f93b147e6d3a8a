"""The texts that readers see, in code, templates and kinds of acts, and what translates them.

`python3 dev.py messages` brings every file up to date, `dev.py messages fr` begins another
language: texts that are new have no translation, and those that nobody shows any more are gone.
Templates are read by Django's own parser, so what is found is what it would look up.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polib
from django.conf.locale import LANG_INFO
from django.template import Engine, NodeList, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

import comitia.web
from comitia.law.kinds import Choice, Count, OrNone
from comitia.law.presets import PRESETS
from comitia.law.rules import RULES
from comitia.record.kinds import KINDS

WEB: Final = Path(comitia.web.__file__).parent
LOCALE: Final = WEB / "locale"
CONTRIBUTORS_ONLY: Final = ("styleguide.html",)
"""Templates whose own words are for contributors, and in English."""
_PLURALS: Final = {"ngettext", "ngettext_lazy"}
_FUNCTIONS: Final = {"gettext", "gettext_lazy", "gettext_noop"} | _PLURALS


@dataclass(frozen=True, order=True)
class Message:
    """A text to translate; plural: its other form, or nothing. place: the file it stands in."""

    text: str
    plural: str
    place: str


def find_messages() -> tuple[Message, ...]:
    """Return all texts, each once for every file that it stands in."""
    return tuple(sorted({*_in_code(), *_in_templates(), *_in_kinds(), *_in_law()}))


def _in_code() -> Iterator[Message]:
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and _name(node.func) in _FUNCTIONS:
                count = 2 if _name(node.func) in _PLURALS else 1
                texts = [ast.literal_eval(argument) for argument in node.args[:count]]
                yield Message(texts[0], "".join(texts[1:]), _place(path))


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _in_templates() -> Iterator[Message]:
    for path in sorted(WEB.rglob("templates/**/*.html")):
        if path.name not in CONTRIBUTORS_ONLY:
            template = Template(path.read_text(encoding="utf-8"), engine=Engine.get_default())
            yield from _in_nodes(template.nodelist, _place(path))


def _in_kinds() -> Iterator[Message]:
    """Yield what the fields of acts are about; tests declare kinds of their own."""
    for kind in KINDS.values():
        package, _, module = kind.act.__module__.rpartition(".")
        if package == "comitia.record.kinds":
            for field in kind.fields:
                yield Message(field.about, "", f"../record/kinds/{module}.py")


def _in_law() -> Iterator[Message]:
    """Yield sentences of rules, words of their values, and what presets say of themselves."""
    for rule in RULES.values():
        kind = rule.kind.kind if isinstance(rule.kind, OrNone) else rule.kind
        texts = [rule.sentence, rule.otherwise]
        texts += [words for _, words in kind.options] if isinstance(kind, Choice) else []
        texts += [kind.singular, kind.plural] if isinstance(kind, Count) else []
        for text in filter(None, texts):
            yield Message(text, "", "../law/rules.py")
    for preset in PRESETS.values():
        for text in (preset.title, preset.purpose):
            yield Message(text, "", "../law/presets")


def _in_nodes(nodes: NodeList, place: str) -> Iterator[Message]:
    for node in nodes.get_nodes_by_type(TranslateNode):
        assert isinstance(node, TranslateNode)
        yield Message(str(node.filter_expression.var.literal), "", place)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        assert isinstance(node, BlockTranslateNode)
        forms = [node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural or [])]
        yield Message(forms[0], forms[1], place)


def _place(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


def update_file(path: Path, messages: Iterable[Message]) -> polib.POFile:
    """Return a translation file with these texts and no others; what was translated is kept."""
    file = polib.pofile(str(path), wrapwidth=100) if path.exists() else _begin_file(path)
    known = {(entry.msgid, entry.msgid_plural): entry for entry in file}
    file.clear()
    places: dict[tuple[str, str], list[str]] = {}
    for message in messages:
        places.setdefault((message.text, message.plural), []).append(message.place)
    for (text, plural), where in sorted(places.items()):
        entry = known.get((text, plural)) or polib.POEntry(msgid=text, msgid_plural=plural)
        entry.occurrences = [(place, "") for place in where]
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        file.append(entry)
    return file


def _begin_file(path: Path) -> polib.POFile:
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Language": path.parents[1].name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return file


def compile_files() -> None:
    """Compile what Django reads, as the package's set-up does; others may be reading it."""
    for path in LOCALE.glob("*/LC_MESSAGES/*.po"):
        whole = path.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(path)).save_as_mofile(str(whole))
        whole.replace(path.with_suffix(".mo"))


def main(codes: Sequence[str]) -> int:
    """Update the files of all languages, and of those that are named; say what is left to do."""
    import tests.web.conftest  # noqa: F401, PLC0415 - configures Django

    if unknown := [code for code in codes if code not in LANG_INFO]:
        print(f"no language has the code {unknown[0]!r}", file=sys.stderr)  # noqa: T201 - a program
        return 2
    begun = [LOCALE / code / "LC_MESSAGES" / "django.po" for code in codes]
    for path in sorted({*LOCALE.glob("*/LC_MESSAGES/django.po"), *begun}):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = update_file(path, find_messages())
        file.save(str(path))
        left = len(file.untranslated_entries()) + len(file.fuzzy_entries())
        print(f"{path.parents[1].name}: {left} of {len(file)} texts to translate")  # noqa: T201 - the same
    compile_files()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
