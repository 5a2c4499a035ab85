"""The generated half of the Python package: enums, values, and one method a call."""
from __future__ import annotations

import keyword
import re
from textwrap import wrap

from describe import NO_UUID, Api, Enum, Function, Member, Parameter, Value, one_line, plural, tell

# Written by hand in __init__.py, where streams and files come in.
BY_HAND = {"nmk_market_open", "nmk_package_upload", "nmk_package_upload_file", "nmk_package_download", "nmk_package_download_file",
           "nmk_package_read_entry"}
ERRORS = {"EINTERNAL": "InternalError", "ENOMEM": "NoMemoryError", "EINVALID": "InvalidError", "ENOTFOUND": "NotFoundError",
          "EDENIED": "DeniedError", "ELOGIN": "LoginError", "ESTATE": "StateError", "ECONFLICT": "ConflictError", "ELIMIT": "LimitError",
          "EBUSY": "BusyError", "EIO": "StorageError", "EFULL": "FullError", "EREADONLY": "ReadOnlyError", "ECORRUPT": "CorruptError",
          "EVERSION": "VersionError", "EUNKNOWN": "UnknownOutcomeError", "ECANCELLED": "CancelledError"}


WIDTH = 110  # of documentation


def class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.removeprefix("nmk_").split("_"))


def text(doc: str) -> str:
    """A comment in Python's words."""
    doc = re.sub(r"\bNMK_(E[A-Z]+)\b", lambda m: ERRORS.get(m[1], m[0]), doc)
    doc = re.sub(r"\bnmk_session_(\w+)\(\)", r"\1()", doc)
    doc = re.sub(r"\bnmk_(\w+)\(\)", r"\1()", doc)
    doc = re.sub(r"\bnmk_(\w+)\b", lambda m: class_name(m[1]), doc)
    doc = re.sub(r"\bNULL\b", "None", doc)
    doc = re.sub(r"[^.;:]*\b(?:[Ff]ree with|the caller's to free)\b[^.;]*[.;]?", "", doc)
    return doc.replace("\\", "\\\\").replace('"""', "'''")


def docstring(doc: str, indent: str, parameters: list[str] | None = None, more: dict[str, str] = {}) -> list[str]:
    told = tell(doc, text)
    lines = [line for paragraph in told.paragraphs for line in (*wrap(paragraph, WIDTH), "")]
    described = [(n, d) for n, d in {**told.parameters, **{n: one_line(text(d)) for n, d in more.items()}}.items()
                 if (parameters is None or n in parameters or n in more) and d]
    for name, note in described:
        lines += wrap(f"{name}: {note}", WIDTH, subsequent_indent="    ")
    if (told.also or told.failures) and described:
        lines.append("")
    lines += wrap(told.also, WIDTH)
    if told.failures:
        lines += wrap("Raises: " + told.failures, WIDTH, subsequent_indent="    ")
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return []
    if len(lines) == 1:
        return [f'{indent}"""{lines[0]}"""' if not lines[0].endswith('"') else f'{indent}"""{lines[0]} """']
    return [f'{indent}"""{lines[0]}'] + [(indent + line).rstrip() for line in lines[1:]] + [f'{indent}"""']


def safe(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def is_id(name: str) -> bool:
    return (name == "id" or name.endswith("_id")) and name not in NO_UUID


class Emitter:
    def __init__(self, api: Api):
        self.api = api
        self.lines: list[str] = []
        self.names: list[str] = []

    def add(self, *lines: str) -> None:
        self.lines += lines

    # ---- enums ----

    def shown(self, enum: Enum) -> bool:
        return not enum.name.endswith("_field")

    def enum(self, enum: Enum) -> None:
        base = "IntFlag" if enum.is_flags else "WordEnum"
        self.add("", "", f"class {class_name(enum.name)}({base}):")
        self.add(*(docstring(enum.doc, "    ") or [f'    """{class_name(enum.name)} of the library."""']), "")
        for name, number, doc in enum.values:
            self.add(f"    {name} = {number}")
            if doc:
                self.add(*docstring(doc, "    "))
        if enum.has_word:
            self.add("", "    @property", "    def word(self) -> str:", '        """As in JSON and on the command line."""',
                     f"        word: str | None = c.{enum.name[4:]}_word(self)", "        return word or self.name.lower()")

    # ---- values ----

    def result(self, expression: str, ctype: str, name: str, doc: str, optional_doc: str) -> tuple[str, str]:
        """(type, expression) of what a getter gives"""
        optional = name not in ("id", "username") and bool(re.search(r"\bNULL\b", doc + optional_doc))
        if ctype in ("const char *", "char *"):
            if is_id(name):
                return ("UUID | None" if optional else "UUID"), f"id_of({expression})"
            return ("str | None" if optional else "str"), expression
        if ctype in self.api.enums:
            enum = self.api.enums[ctype]
            if enum.is_flags:
                return class_name(ctype), f"{class_name(ctype)}({expression})"
            if any(number == 0 for _, number, _ in enum.values):
                return class_name(ctype), f"{class_name(ctype)}({expression})"
            return f"{class_name(ctype)} | None", f"enum_of({class_name(ctype)}, {expression})"
        if ctype == "int64_t" and re.search(r"(_at|_until|_since)$", name):
            return "datetime | None", f"time_of({expression})"
        if ctype == "uint32_t":
            flags = re.search(r"[Bb]its of (nmk_\w+)", doc)
            if flags:
                return class_name(flags[1]), f"{class_name(flags[1])}({expression})"
        plain = {"bool": "bool", "int64_t": "int", "int32_t": "int", "uint32_t": "int", "size_t": "int", "int": "int",
                 "bytes": "bytes"}
        if ctype in plain:
            return plain[ctype], expression
        match = re.fullmatch(r"const (nmk_\w+) \*", ctype)
        if match and match[1] in self.api.values:
            return class_name(match[1]), f"{class_name(match[1])}._wrap({expression}, self)"
        if match and match[1] in self.api.structs:
            return class_name(match[1]), f"{class_name(match[1])}(**{expression})"
        raise ValueError(f"{name}: {ctype}")

    def getter(self, value: Value, function: Function) -> None:
        name = function.name.removeprefix(value.name + "_")
        kind, expression = self.result(f"c.{function.short}(self._handle)", function.gives, name, function.doc, value.doc)
        self.add("", "    @property", f"    def {safe(name)}(self) -> {kind}:", *docstring(function.doc, "        "),
                 f"        return {expression}  # type: ignore[no-any-return, return-value, unused-ignore]")

    def several(self, value: Value, function: Function) -> None:
        """nano_category_id(nano, index) as nano.category_ids"""
        name = function.name.removeprefix(value.name + "_")
        counts = [g for g in value.getters if g.name.endswith("_count")
                  and name.startswith(g.name.removeprefix(value.name + "_").removesuffix("_count"))]
        if not counts:
            raise ValueError(f"{function.name}() has no count")
        plural = name[:-1] + "ies" if name.endswith("y") else name + "s"
        kind, expression = self.result(f"c.{function.short}(self._handle, i)", function.returns, name, "", "")
        self.add("", "    @property", f"    def {plural}(self) -> tuple[{kind}, ...]:", *docstring(function.doc, "        "),
                 f"        return tuple({expression} for i in range(c.{counts[0].short}(self._handle)))"
                 "  # type: ignore[misc, unused-ignore]")

    def collection(self, value: Value) -> None:
        name = class_name(value.name)
        fields = [(f, f.name.removeprefix(value.name + "_")) for f in value.indexed]
        if [n for _, n in fields] == ["item"]:
            kind, expression = self.result(f"c.{fields[0][0].short}(self._handle, index)", fields[0][0].returns, "item", "", "")
        else:
            kind = name + "Item"
            self.add("", "", f"class {kind}(NamedTuple):", f'    """One of a {name}."""', "")
            parts = []
            for function, field in fields:
                field_kind, part = self.result(f"c.{function.short}(self._handle, index)", function.returns, field, "", "")
                self.add(f"    {field}: {field_kind}", *docstring(function.doc, "    "))
                parts.append(part)
            expression = f"{kind}({', '.join(parts)})"
        self.add("", "", f"class {name}(Collection[{kind}]):", *docstring(value.doc, "    "), "", "    __slots__ = ()")
        self.json(value)
        self.add("", "    def __len__(self) -> int:", f"        return c.{value.short}_count(self._handle)  # type: ignore[no-any-return]",
                 "", f"    def _at(self, index: int) -> {kind}:",
                 f"        return {expression}  # type: ignore[no-any-return, return-value, unused-ignore]")
        for getter in value.getters:
            if getter.name != value.name + "_count":
                self.getter(value, getter)

    def json(self, value: Value) -> None:
        if value.has_json:
            self.add(f"    _json = c.{value.short}_json")

    def value(self, value: Value) -> None:
        if value.is_page:
            return self.page(value) if value.is_rich else None
        if value.is_collection:
            return self.collection(value)
        self.add("", "", f"class {class_name(value.name)}(Value):",
                 *(docstring(value.doc, "    ") or [f'    """{class_name(value.name)} of the library."""']), "", "    __slots__ = ()")
        self.json(value)
        pages = [v.short for v in self.api.values.values() if v.is_page and not v.is_rich and v.item == value.name]
        if pages:
            self.add(f'    _page_prefix = "{pages[0]}"')
        for getter in value.getters:
            self.getter(value, getter)
        for function in value.indexed:
            self.several(value, function)
        for function in value.others:
            self.call(function, function.name.removeprefix(value.name + "_"))

    def page(self, value: Value) -> None:
        """A page that tells more than its items, and the list of such pages."""
        name, item = class_name(value.name), class_name(value.item)
        listing = name.removesuffix("Page") + "Listing"
        for group, functions in value.groups.items():
            columns = [f for f in functions if f.name != group + "_count"]
            row = class_name(group)
            self.names.append(row)
            self.add("", "", f"class {row}(NamedTuple):", *docstring(columns[0].doc or functions[0].doc, "    "), "")
            for f in columns:
                kind, _ = self.result("", f.returns, f.name.removeprefix(group + "_"), "", "")
                self.add(f"    {f.name.removeprefix(group + '_')}: {kind}", *(docstring(f.doc, "    ") if f is not columns[0] else []))
        self.names += [name, listing]
        self.add("", "", f"class {name}(Page[{item}]):", *docstring(value.doc, "    "), "", "    __slots__ = ()", "",
                 "    @property", "    def _prefix(self) -> str:", f'        return "{value.short}"')
        for function in value.facts:
            self.getter(value, function)
        for function in value.lists:
            own = plural(function.name.removeprefix(value.name + "_"))
            self.add("", "    @property", f"    def {own}(self) -> tuple[str, ...]:", *docstring(function.doc, "        "),
                     f"        return tuple(until_none(lambda i: c.{function.short}(self._handle, i)))")
        for function in value.columns:
            own = function.name.removeprefix(value.name + "_")
            kind, expression = self.result(f"c.{function.short}(self._handle, i)", function.returns, own, function.doc, "")
            self.add("", "    @property", f"    def {plural(own)}(self) -> tuple[{kind}, ...]:", *docstring(function.doc, "        "),
                     f"        return tuple({expression} for i in range(len(self)))")
        for group, functions in value.groups.items():
            count = next(f for f in functions if f.name == group + "_count")
            enum = class_name(count.parameters[1].ctype)
            own = group.removeprefix(value.name + "_")
            number = f"int({own})" if self.api.enums[count.parameters[1].ctype].is_flags else f"number_of({enum}, {own})"
            cells = ", ".join(f"c.{f.short}(self._handle, number, i)" for f in functions if f is not count)
            self.add("", f"    def {own}s(self, {own}: {enum}) -> tuple[{class_name(group)}, ...]:", *docstring(count.doc, "        "),
                     f"        number = {number}",
                     f"        return tuple({class_name(group)}({cells}) for i in range(c.{count.short}(self._handle, number)))")
        self.add("", "", f"class {listing}(Listing[{item}]):", f'    """A list in pages, each a {name}."""', "", "    __slots__ = ()", "",
                 f"    def page(self) -> {name}:", '        """The page that the cursor stands for, the first one without it."""',
                 f"        return cast({name}, super().page())", "",
                 f"    def pages(self) -> Iterator[{name}]:", '        """All pages from there."""',
                 f"        return cast(Iterator[{name}], super().pages())")

    def record(self, name: str) -> None:
        struct = self.api.structs[name]
        kinds = {"text": "str", "bool": "bool", "int64": "int", "int32": "int"}
        self.add("", "", f"class {class_name(name)}(NamedTuple):",
                 *(docstring(struct.doc, "    ") or [f'    """{class_name(name)} of the library."""']), "")
        for m in struct.members:
            self.add(f"    {m.name}: {kinds[m.kind]}{' | None' if 'NULL' in m.doc else ''}", *docstring(m.doc, "    "))

    def typed_dict(self, name: str) -> None:
        """A struct that is given within another."""
        struct = self.api.structs[name]
        self.names.append(class_name(name))
        self.add("", "", f"class {class_name(name)}(TypedDict, total=False):",
                 *(docstring(struct.doc, "    ") or [f'    """{class_name(name)} of the library."""']), "")
        for m in struct.members:
            self.add(f"    {m.name}: {self.argument(m.name, m.kind, m.ctype)[0]}", *docstring(m.doc, "    "))

    # ---- calls ----

    def argument(self, name: str, kind: str, ctype: str, struct: str = "") -> tuple[str, str]:
        """(type without None, expression)"""
        if kind == "value":
            return class_name(struct), f"handle_of({class_name(struct)}, {name})"
        if kind == "text":
            if is_id(name):
                return "UUID | str", f"id_text({name})"
            if name in ("path", "backup"):
                return "str | PathLike[str]", f"path_text({name})"
            return "str", name
        if kind == "enum":
            return f"{class_name(ctype)} | str", f"number_of({class_name(ctype)}, {name})"
        if kind == "time":
            return "datetime", f"milliseconds({name})"
        if kind == "flags":
            return f"{class_name(ctype)} | Iterable[{class_name(ctype)}]", f"bits_of({name})"
        if kind == "set":
            return f"Iterable[{class_name(ctype)} | str]", f"set_of({class_name(ctype)}, {name})"
        if kind == "list":
            return "Sequence[str]", f"texts({name})"
        if kind == "struct":
            return class_name(ctype), f"members({name})"
        if kind == "texts" and (is_id(name.removesuffix("s")) or not name.endswith("s")):
            return "Sequence[UUID | str]", f"id_texts({name})"
        if kind == "texts":
            return "Sequence[str]", f"texts({name})"
        plain = {"bool": "bool", "int32": "int", "uint32": "int", "int64": "int", "size": "int", "bytes": "Buffer", "fixed": "Buffer",
                 "root_key": "Buffer", "clock": "Callable[[], int]", "reader": "Callable[[int], Buffer] | Buffer",
                 "writer": "Callable[[bytes], object]", "sink": "Callable[[str, bytes], object]"}
        return plain[kind], name

    def member(self, m: Member, updates: bool, doc: str = "") -> tuple[str, str]:
        """(parameter, how the dict gets it)"""
        declared, entry = self.plain_member(m, updates, doc)
        if keyword.iskeyword(m.name):
            name, _, value = entry.partition("=")
            entry = f'**{{"{name}": {value}}}'
        return declared, entry

    def plain_member(self, m: Member, updates: bool, doc: str) -> tuple[str, str]:
        name = safe(m.name)
        kind, expression = self.argument(name, m.kind, m.ctype)
        if m.doc.startswith("needed") and not updates and not re.match(r"needed with\b", m.doc) \
                and not re.search(rf"\b{m.name}\b.*\bNULL\b", doc):
            return f"{name}: {kind}", f"{m.name}={expression}"
        if updates and m.bit:
            nullable = "" if m.kind == "bool" else " | None"
            convert = expression.replace(f"({name})", "").rsplit(", ", 1)
            if expression == name:
                packed = name
            elif m.kind == "enum":
                packed = f"unset_or(lambda v: number_of({class_name(m.ctype)}, v), {name})"
            else:
                packed = f"unset_or({convert[0]}, {name})"
            return f"{name}: {kind}{nullable} | Unset = UNSET", f"{m.name}={packed}"
        if m.kind == "bool":
            return f"{name}: bool = False", f"{m.name}={name} or None"
        if m.kind in ("enum", "time"):
            return f"{name}: {kind} | None = None", f"{m.name}={expression} or None"
        return f"{name}: {kind} | None = None", f"{m.name}={expression}"

    def call(self, function: Function, method: str) -> None:
        """A method of the session, the market or a value, or a function of the module."""
        bound = function.is_method
        indent = "    " if bound else ""
        ins = [p for p in function.parameters[1 if bound else 0:] if not p.out]
        outs = [p for p in function.parameters if p.out and p.kind != "error"]
        page = next((p for p in outs if p.kind == "value_out" and self.api.values[p.struct].is_page), None)
        positional: list[str] = []
        keywords: list[str] = []
        arguments: list[str] = ["self._handle"] if bound else []
        documented = [p.name for p in ins if p.kind != "options"]
        more: dict[str, str] = {}
        has_cursor = False
        last_needed = max((i for i, p in enumerate(ins) if not p.optional and p.kind not in ("options",)), default=-1)
        for i, p in enumerate(ins):
            name = safe(p.name)
            if p.kind == "options":
                struct = self.api.structs[p.struct]
                updates = struct.has_set and "_create" not in function.name
                packed = []
                for m in struct.members:
                    if m.name == "cursor":  # of a list; a search that is saved has none
                        has_cursor = page is not None
                        continue
                    declared, entry = self.member(m, updates, p.doc)
                    more[safe(m.name)] = m.doc
                    (keywords.insert(0, declared) if "=" not in declared else keywords.append(declared))
                    packed.append(entry)
                rest = [e for m, e in zip([m for m in struct.members if m.name != "cursor"], packed) if not m.bit] if updates else []
                if updates:
                    changes = [e for e in packed if e not in rest]
                    arguments.append(f"changed({', '.join(changes)})" + (f" | given({', '.join(rest)})" if rest else ""))
                elif has_cursor:
                    arguments.append(f"given({', '.join(packed)}, cursor=cursor_)")
                else:
                    arguments.append(f"given({', '.join(packed)})")
            elif p.kind == "progress":
                keywords += ["progress: Progress | None = None", "cancel: Event | None = None"]
                arguments.append("watched(progress, cancel)")
            elif p.name == "cursor":
                has_cursor = True
                arguments.append("cursor_")
            elif p.name == "limit":
                keywords.append("limit: int = 0")
                arguments.append("limit")
            else:
                kind, expression = self.argument(name, p.kind, p.ctype, p.struct)
                nullable = " | None" if p.optional else ""
                arguments.append(expression)
                if not p.optional:
                    positional.append(f"{name}: {kind}")
                elif i < last_needed:
                    positional.append(f"{name}: {kind} | None")
                elif p.name == "idempotency_key":
                    keywords.append(f"{name}: {kind}{nullable} = None")
                else:
                    positional.append(f"{name}: {kind}{nullable} = None")
        if has_cursor:
            keywords.append("cursor: str | None = None")
        signature = (["self"] if bound else []) + positional + (["*"] + keywords if keywords else [])
        native = f"c.{function.short}({', '.join(arguments)})"
        if function.longest_wait:
            news = f"c.{page.struct[4:]}_count(answer) > 0" if page else "answer != since"
            native = f"waited(lambda timeout_ms: {native}, lambda answer: {news}, timeout_ms, {function.longest_wait})"
        body, returns = self.answer(function, outs, page, native, has_cursor)
        self.add(*([""] if bound else ["", ""]), f"{indent}def {safe(method)}({', '.join(signature)}) -> {returns}:",
                 *docstring(function.doc, indent + "    ", documented, more), *[indent + "    " + line for line in body])

    def answer(self, function: Function, outs: list[Parameter], page: Parameter | None, native: str,
               has_cursor: bool) -> tuple[list[str], str]:
        ignore = "  # type: ignore[no-any-return, return-value, unused-ignore]"
        if page:
            value = self.api.values[page.struct]
            item, kind = class_name(value.item), class_name(value.name) if value.is_rich else "Page"
            listing = kind.removesuffix("Page") + "Listing"
            many, one = (listing, kind) if value.is_rich else (f"Listing[{item}]", f"Page[{item}]")
            if has_cursor:
                return [f"return {listing}(lambda cursor_: {kind}({native}, {item}), cursor)"], many
            return [f"return {kind}({native}, {item})"], one
        if function.returns != "nmk_status":
            if function.returns == "void":
                return [native], "None"
            name = function.short.removeprefix("session_")
            kind, expression = self.result(native, function.gives, name, function.doc, "")
            return [f"return {expression}{ignore}"], kind
        if not outs:
            return [native], "None"
        kinds, expressions = [], []
        for i, p in enumerate(outs):
            part = "answer" if len(outs) == 1 else f"answer[{i}]"
            if p.kind == "value_out":
                kind = class_name(p.struct)
                nullable = bool(re.match(r"NULL if", p.doc))
                kinds.append(kind + (" | None" if nullable else ""))
                expressions.append(f"{kind}._wrap({part})" + (f" if {part} is not None else None" if nullable else ""))
            elif p.kind == "session_out":
                kinds.append("Session")
                expressions.append(f"self._opened({part})")
            else:
                kinds.append({"text_out": "str", "bool_out": "bool", "int64_out": "int", "bytes_out": "bytes", "view_out": "bytes",
                              "fixed_out": "bytes", "buffer_out": "str"}[p.kind])
                expressions.append(part)
        returns = kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"
        return [f"answer = {native}", f"return {', '.join(expressions)}{ignore}"], returns

    def options_of_open(self) -> None:
        """Keyword arguments of nanomarket.open(), and how they become the option struct."""
        function = self.api.function("nmk_market_open")
        keywords, entries, notes = [], [], {}
        for m in self.api.structs["nmk_market_options"].members:
            declared, entry = self.member(m, False)
            keywords.append(declared)
            entries.append(entry)
            notes[m.name] = m.doc
        self.add("", "", f"def open(path: str | PathLike[str], *, {', '.join(keywords)}) -> Market:",
                 *docstring(function.doc.replace("@param url ", "@param path "), "    ", ["path"], notes),
                 "    from . import Market", "", f"    return Market._wrap(c.market_open(path_text(path), given({', '.join(entries)})))")
        self.names.append("open")

    def emit(self) -> str:
        api = self.api
        self.add('"""Made from the public headers."""', "from __future__ import annotations", "",
                 "from collections.abc import Callable, Iterable, Iterator, Sequence", "from datetime import datetime", "from enum import IntFlag",
                 "from os import PathLike", "from threading import Event", "from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, cast", "from uuid import UUID", "",
                 "from . import _nm as c",
                 "from ._core import (UNSET, Buffer, Collection, Handle, Listing, Page, Progress, Unset, Value, WordEnum, bits_of, changed, enum_of, given,",
                 "                    handle_of, id_of, id_text, id_texts, members, milliseconds, number_of, path_text, set_of, texts, time_of, unset_or, until_none, waited, watched)",
                 "", "if TYPE_CHECKING:", "    from . import Market, Session")
        names = self.names
        for enum in api.enums.values():
            if self.shown(enum):
                names.append(class_name(enum.name))
                self.enum(enum)
        for struct in api.structs.values():
            if not struct.is_options:
                names.append(class_name(struct.name))
                self.record(struct.name)
        for name in sorted({m.ctype for struct in api.structs.values() for m in struct.members if m.kind == "struct"}):
            self.typed_dict(name)
        for value in api.values.values():
            if not value.is_page:
                names.append(class_name(value.name))
                if value.is_collection and [f.name for f in value.indexed] != [value.name + "_item"]:
                    names.append(class_name(value.name) + "Item")
            self.value(value)
        bound = [f for f in api.functions if not f.ignored and f.is_method and f.parameters[0].kind != "value"]
        for kind in ("market", "session"):
            self.add("", "", f"class {kind.capitalize()}Calls(Handle):", f'    """The calls of a {kind}."""', "", "    __slots__ = ()", "",
                     "    def _opened(self, handle: Any) -> Session:", "        raise NotImplementedError")
            for function in bound:
                if function.parameters[0].kind == kind and function.name not in BY_HAND:
                    self.call(function, function.short.removeprefix("session_") if kind == "session" else function.short)
        taken = {g.name for v in api.values.values() for g in v.getters + v.indexed + v.others}
        for function in api.functions:
            if function.ignored or function in bound or function.name in taken or function.name in BY_HAND:
                continue
            if re.search(r"_(word|of|json)$", function.name):
                continue
            names.append(function.short)
            self.call(function, function.short)
        self.options_of_open()
        self.add("", "", f"__all__ = {sorted(names)!r}")
        return "\n".join(self.lines) + "\n"


def emit(api: Api) -> str:
    return Emitter(api).emit()
