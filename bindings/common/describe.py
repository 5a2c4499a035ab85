"""Read the public headers, and tell what is in them: enums, option structs, values, pages, calls, with their documentation.

Everything that differs between two functions of the same pattern is here; the patterns themselves are in the typemaps
(python.i, node.i) and in the emitters. A declaration that fits no pattern is an error, so that nothing is bound wrongly."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class Unknown(Exception):
    """A declaration that no pattern fits."""


@dataclass
class Enum:
    name: str
    values: list[tuple[str, int, str]]  # constant without prefix, number, documentation
    doc: str
    has_word: bool = False
    is_flags: bool = False


@dataclass
class Member:
    name: str
    kind: str  # text bool int32 uint32 int64 size time enum texts reader clock root_key
    ctype: str
    doc: str
    extra: str = ""  # the member that goes with it: a count, or the context of a callback
    bit: int = 0


@dataclass
class Struct:
    name: str
    members: list[Member]
    doc: str
    is_options: bool  # begins with a version; else a record that the library hands out
    has_set: bool = False


@dataclass
class Parameter:
    name: str
    kind: str
    ctype: str
    doc: str = ""
    optional: bool = False
    struct: str = ""
    out: bool = False


@dataclass
class Function:
    name: str
    returns: str
    parameters: list[Parameter]
    doc: str
    header: str
    raw: list[tuple[str, str]]  # (type, name) as declared
    ignored: bool = False
    waits: bool = False

    @property
    def short(self) -> str:
        return self.name.removeprefix("nmk_")

    @property
    def is_method(self) -> bool:
        """Is its first parameter whom it is called on? Else it is a function of the module."""
        return any(p.kind in ("session", "market") or p.kind == "value" and self.name.startswith(p.struct + "_") for p in self.parameters[:1])

    @property
    def anytime(self) -> bool:
        """May another thread call it while the session is in use?"""
        return "another thread may make while the session is in use" in one_line(self.doc)

    @property
    def longest_wait(self) -> int:
        """Milliseconds that a call may wait for something new; 0 if it does not."""
        match = re.search(r"@param timeout_ms\s+0 to (\d+)", self.doc)
        if not match and any(p.name == "timeout_ms" for p in self.parameters):
            raise Unknown(f"{self.name}() does not say how long it may wait")
        return int(match[1]) if match else 0

    def of(self, *kinds: str) -> list[Parameter]:
        return [p for p in self.parameters if p.kind in kinds]

    @property
    def fixed_size(self) -> str:
        """How many bytes it gives: the documentation names the constant, the number, or the getter."""
        match = re.search(r"\b(NMK_\w+_BYTES)\b", self.doc) or re.search(r"\b(\d+|nmk_\w+\(\)) bytes\b", self.doc)
        if not match:
            raise Unknown(f"{self.name}() does not say how many bytes it gives")
        return match[1].replace("()", "(arg1)")

    @property
    def gives_bytes(self) -> bool:
        """A pointer to bytes, not to a text that ends with a NUL."""
        return self.returns == "const unsigned char *" or (self.returns == "const char *" and "() bytes" in self.doc)

    @property
    def gives(self) -> str:
        return "bytes" if self.gives_bytes else self.returns


@dataclass
class Value:
    """An opaque type with getters and a free function."""

    name: str
    doc: str
    getters: list[Function] = field(default_factory=list)
    indexed: list[Function] = field(default_factory=list)
    others: list[Function] = field(default_factory=list)
    has_json: bool = False
    json_language: bool = False
    is_owned: bool = True  # else it is part of another
    is_page: bool = False
    item: str = ""  # of a page or collection: name of the value or struct; "" for texts
    is_collection: bool = False
    # What a page tells beside its items:
    facts: list[Function] = field(default_factory=list)    # of all of it
    lists: list[Function] = field(default_factory=list)    # of (page, index), up to a NULL
    columns: list[Function] = field(default_factory=list)  # of (page, index), one for each item
    groups: dict[str, list[Function]] = field(default_factory=dict)  # of (page, enum, index), with a count of (page, enum)

    @property
    def is_rich(self) -> bool:
        return bool(self.facts or self.lists or self.columns or self.groups)

    @property
    def short(self) -> str:
        return self.name.removeprefix("nmk_")


@dataclass
class Api:
    headers: list[str]
    enums: dict[str, Enum]
    structs: dict[str, Struct]
    values: dict[str, Value]
    functions: list[Function]
    callbacks: dict[str, str]

    def function(self, name: str) -> Function:
        return next(f for f in self.functions if f.name == name)


# What the languages have in another form: memory and errors are the wrappers' affair, option structs are keyword arguments.
IGNORED = {"nmk_free", "nmk_session_error", "nmk_error_http", "nmk_market_close", "nmk_session_close",
           # Fills in options: elsewhere these are arguments, and a saved search tells each of them.
           "nmk_saved_search_options",
           # Places in bytes: elsewhere texts have no bytes, and the marks are in the HTML.
           "nmk_search_page_mark_count", "nmk_search_page_mark_start", "nmk_search_page_mark_end"}
# Members of option structs that only C programs have: callbacks that any thread calls at any time.
NOT_OFFERED = {("nmk_market_options", "changed"), ("nmk_market_options", "audit_anchor")}
TIME = re.compile(r"(_at|_until|_since|^until|^now|^since_time)$")
# Texts that end in _id and are no UUID.
NO_UUID = {"key_id"}


def plural(name: str) -> str:
    """Of what a page has a list of: the "correction" number i is one of the corrections, the "missing" one of the missing."""
    return name if name.endswith("ing") else name + "s"


def clean(comment: str) -> str:
    lines = [re.sub(r"^\s*\*? ?", "", line) if i else line for i, line in enumerate(comment.split("\n"))]
    return "\n".join(line.rstrip() for line in lines).strip()


def found(pattern: str, text: str) -> str:
    """What the pattern's group takes in the text."""
    match = re.search(pattern, text)
    if not match:
        raise Unknown(text)
    return next(group for group in match.groups() if group is not None)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def split_doc(doc: str) -> tuple[str, dict[str, str], str]:
    """(what it does, {parameter: documentation}, statuses)"""
    parts = re.split(r"(?:^|\s)@(param|return|since)\b", doc)
    parameters: dict[str, str] = {}
    returns = ""
    for tag, body in zip(parts[1::2], parts[2::2]):
        if tag == "param":
            name, _, text = body.strip().partition(" ")
            parameters[name] = one_line(text)
        elif tag == "return":
            returns = one_line(body)
    return parts[0].strip(), parameters, returns


@dataclass
class Told:
    """A comment in a language's words."""

    paragraphs: list[str]
    parameters: dict[str, str]
    also: str  # what else is success
    failures: str


def tell(doc: str, words: Callable[[str], str]) -> Told:
    what, parameters, returns = split_doc(doc)
    done, _, failures = returns.partition(";") if returns.startswith("NMK_OK") else ("", "", returns)

    def line(part: str) -> str:
        return one_line(words(part))

    examples_in_c = [p for p in re.split(r"\n\s*\n", what) if all(row.startswith("    ") for row in p.split("\n"))]
    paragraphs = [line(p) for p in re.split(r"\n\s*\n", what) if p not in examples_in_c]
    also = line(done.removeprefix("NMK_OK").lstrip(",: ")).rstrip(".")
    return Told([p for p in paragraphs if p], {n: line(d) for n, d in parameters.items() if d}, f"Succeeds {also}." if also else "",
                line(failures).rstrip("."))


def split_arguments(text: str) -> list[str]:
    """At the commas that are in no parentheses."""
    result, depth, current = [], 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            result.append(current)
            current = ""
        else:
            current += letter
    return [one_line(a) for a in result + [current] if one_line(a) not in ("", "void")]


def split_declarator(text: str) -> tuple[str, str]:
    """'const char *name' -> ('const char *', 'name'); arrays keep their brackets in the type."""
    match = re.fullmatch(r"(.*?)(\w+)\s*(\[[^\]]*\])?", text.strip())
    if not match:
        raise Unknown(text)
    return one_line(match[1]) + (match[3] or ""), match[2]


class Reader:
    def __init__(self, include: Path, operations: Path):
        self.include = include
        self.waiting = set(re.findall(r"^NMK_OP\((\w+),", operations.read_text(), re.M))
        self.api = Api([], {}, {}, {}, [], {})
        self.opaque: dict[str, str] = {}

    def read(self) -> Api:
        text = (self.include / "nanomarket.h").read_text()
        self.api.headers = re.findall(r'^#include "(.*?)"', text, re.M)
        sources = {h: (self.include / h).read_text() for h in self.api.headers}
        for source in sources.values():
            for match in re.finditer(r"typedef enum (nmk_\w+) \{(.*?)\} \1;", source, re.S):
                self.enum(match[1], match[2], self.doc_before(source, match.start()))
        for source in sources.values():
            self.types(source)
        for header, source in sources.items():
            self.calls(header, source)
        self.shapes()
        return self.api

    # ---- types ----

    def doc_before(self, source: str, position: int) -> str:
        head = source[:position].rstrip()
        if not head.endswith("*/"):
            return ""
        start = head.rfind("/*")
        comment = head[start:]
        return clean(comment[3:-2]) if comment.startswith("/**") and not comment.startswith("/**<") else ""

    def types(self, source: str) -> None:
        for match in re.finditer(r"typedef struct (nmk_\w+) \1;", source):
            self.opaque[match[1]] = self.doc_before(source, match.start())
        for match in re.finditer(r"typedef [\w ]+\**\(\*(nmk_\w+)\)\((.*?)\);", source, re.S):
            self.api.callbacks[match[1]] = self.doc_before(source, match.start())
        for match in re.finditer(r"typedef struct (nmk_\w+) \{(.*?)\} \1;", source, re.S):
            if match[1] != "nmk_error":
                self.struct(match[1], match[2], self.doc_before(source, match.start()))

    def enum(self, name: str, body: str, doc: str) -> None:
        values = [(m[1], int(m[2], 0), one_line(clean(m[3] or ""))) for m in
                  re.finditer(r"(NMK_\w+)\s*=\s*(-?\w+)\s*,?\s*(?:/\*\*<(.*?)\*/)?", body, re.S)]
        names = [v[0] for v in values]
        prefix = names[0]
        for other in names:
            while not other.startswith(prefix):
                prefix = prefix[:-1]
        prefix = prefix[: prefix.rfind("_") + 1]
        # With one value, or values that share their first word, the name of the enum tells where it ends.
        self.api.enums[name] = Enum(name, [(n[len(prefix):] or n, v, d) for n, v, d in values], doc,
                                    is_flags=bool(re.search(r"\bbits of\b", doc)))

    def struct(self, name: str, body: str, doc: str) -> None:
        rows = []
        pattern = r"(?:/\*(?!\*<).*?\*/)|([^;/]+?(?:\([^;]*?\))?);\s*(?:/\*\*<(.*?)\*/)?"
        for match in re.finditer(pattern, body, re.S):
            if match[1]:
                first, *others = [match[1]] if "(" in match[1] else match[1].split(",")
                ctype = re.match(r"\s*(.*?)\w+\s*$", first, re.S)
                for declaration in [first] + [(ctype[1] if ctype else "") + o for o in others]:
                    rows.append((one_line(declaration), one_line(clean(match[2] or ""))))
        struct = Struct(name, [], doc, rows[0][0] == "uint32_t version")
        fields: list[int] = []
        index = 1 if struct.is_options else 0
        while index < len(rows):
            text, note = rows[index]
            following = rows[index + 1][0] if index + 1 < len(rows) else ""
            if text == "uint32_t set":
                struct.has_set = True
                enum = self.api.enums[found(r"(nmk_\w+)", note)]
                fields = [v for _, v, _ in enum.values]
                self.field_names = [n.lower() for n, _, _ in enum.values]
                index += 1
                continue
            called = found(r"\(\*(\w+)\)|(\w+)$", text)
            if (name, called) in NOT_OFFERED:
                index += 2 if following == f"void *{called}_context" else 1
                continue
            member = self.member(text, note, following)
            if member.extra:
                index += 1
            if fields:
                wanted = self.field_names[-len(fields)]
                if member.name[:5] != wanted[:5]:
                    raise Unknown(f"{name}.{member.name} stands where {wanted} is expected")
                member.bit = fields.pop(0)
            struct.members.append(member)
            index += 1
        self.api.structs[name] = struct

    def member(self, text: str, note: str, following: str) -> Member:
        callback = re.fullmatch(r"(\w+) \(\*(\w+)\)\((.*)\)", text)
        if callback:
            context = split_declarator(following)[1]
            kinds = {("int64_t", "void *context"): "clock",
                     ("nmk_status", "void *context, unsigned char key[32]"): "root_key"}
            kind = kinds.get((callback[1], callback[3]))
            if not kind:
                raise Unknown(text)
            return Member(callback[2], kind, "", note, context)
        ctype, name = split_declarator(text)
        if ctype == "nmk_reader":
            return Member(name, "reader", ctype, note, split_declarator(following)[1])
        if ctype == "const char *const *" and following.startswith("size_t "):
            return Member(name, "texts", ctype, note, split_declarator(following)[1])
        if ctype == "const char *const *":
            return Member(name, "list", ctype, note)
        inner = re.fullmatch(r"const (nmk_\w+) \*", ctype)
        if inner:
            return Member(name, "struct", inner[1], note)
        if ctype == "const void *" and following.startswith("size_t "):
            return Member(name, "bytes", ctype, note, split_declarator(following)[1])
        if ctype in self.api.enums:
            return Member(name, "enum", ctype, note)
        if ctype == "int64_t" and (TIME.search(name) or "since 1970" in note):
            return Member(name, "time", ctype, note)
        bits = re.search(r"(NMK_\w+_SET\(\) of )?(nmk_\w+) values, or-ed", note) if ctype == "uint32_t" else None
        if bits:
            return Member(name, "set" if bits[1] else "flags", bits[2], note)
        plain = {"const char *": "text", "bool": "bool", "int32_t": "int32", "uint32_t": "uint32", "int64_t": "int64", "size_t": "size"}
        if ctype not in plain:
            raise Unknown(f"member {text}")
        return Member(name, plain[ctype], ctype, note)

    # ---- functions ----

    def calls(self, header: str, source: str) -> None:
        for match in re.finditer(r"^NMK_API\s+(.*?)\b(nmk_\w+)\((.*?)\);", source, re.S | re.M):
            doc = self.doc_before(source, match.start())
            raw = [split_declarator(a) for a in split_arguments(match[3])]
            function = Function(match[2], one_line(match[1]), [], doc, header, raw)
            function.ignored = (function.name in IGNORED or function.name.endswith(("_free", "_init")))
            function.waits = function.returns == "nmk_status" and function.name != "nmk_session_set_client" and (
                function.short in self.waiting or function.name == "nmk_market_open"
                or any(t == "nmk_session *" or n in ("progress", "path") for t, n in raw))
            if not function.ignored:
                function.parameters = self.parameters(function)
            self.api.functions.append(function)

    def parameters(self, function: Function) -> list[Parameter]:
        docs = split_doc(function.doc)[1]
        result = []
        raw = list(function.raw)
        while raw:
            ctype, name = raw.pop(0)
            following = raw[0] if raw else ("", "")
            kind, struct, out, pair = self.parameter(function, ctype, name, following)
            if pair:
                raw.pop(0)
            doc = docs.get(name, "")
            optional = not out and ("NULL" in doc and kind != "options" or name in ("cursor", "limit", "progress", "idempotency_key")
                                    or function.name == "nmk_session_set_client" and kind == "text"
                                    or kind == "enum" and doc.startswith("0 means") or kind == "options" and doc.startswith("NULL"))
            result.append(Parameter(name, kind, ctype, doc, optional, struct, out))
        return result

    def parameter(self, function: Function, ctype: str, name: str,
                  following: tuple[str, str]) -> tuple[str, str, bool, bool]:
        """(kind, name of the type, is it handed out, does the next parameter belong to it)"""
        plain = {"const char *": "text", "bool": "bool", "int32_t": "int32", "uint32_t": "uint32", "size_t": "size",
                 "int": "int32"}
        if ctype in plain:
            return plain[ctype], "", False, False
        if ctype == "int64_t":
            return ("time" if TIME.search(name) else "int64"), "", False, False
        if ctype in self.api.enums:
            return "enum", ctype, False, False
        if ctype == "nmk_error *":
            return "error", "", True, False
        if ctype == "char **":
            return "text_out", "", True, False
        if ctype in ("bool *", "int64_t *"):
            return ("bool_out" if ctype == "bool *" else "int64_out"), "", True, False
        callbacks = {"nmk_progress": "progress", "nmk_writer": "writer", "nmk_audit_sink": "sink"}
        if ctype in callbacks and following[0] == "void *":
            return callbacks[ctype], "", False, True
        if ctype == "const void *" and following[0] == "size_t":
            return "bytes", "", False, True
        if ctype == "unsigned char **" and following[0] == "size_t *":
            return "bytes_out", "", True, True
        if ctype == "const char **" and following[0] == "size_t *":
            return "view_out", "", True, True
        if ctype == "const char *const *" and following[0] == "size_t":
            return "texts", "", False, True
        match = re.fullmatch(r"(const )?unsigned char \[(\w+)\]", ctype) or re.fullmatch(r"(const )?unsigned char\[(\w+)\]", ctype)
        if match:
            return ("fixed" if match[1] else "fixed_out"), match[2], not match[1], False
        if ctype == "const unsigned char *":
            return "fixed", "NMK_E2E_KEY_BYTES", False, False
        match = re.fullmatch(r"char ?\[(\w+)\]", ctype)
        if match:
            return "buffer_out", match[1], True, False
        match = re.fullmatch(r"(const )?(nmk_\w+) (\*\*?)", ctype)
        if match:
            base, stars = match[2], match[3]
            if base in ("nmk_session", "nmk_market"):
                return base[4:] + ("_out" if stars == "**" else ""), "", stars == "**", False
            if base in self.api.structs and self.api.structs[base].is_options:
                return "options", base, False, False
            if base in self.opaque:
                return ("value_out" if stars == "**" else "value"), base, stars == "**", False
        raise Unknown(f"{function.name}: parameter '{ctype} {name}'")

    # ---- what belongs together ----

    def shapes(self) -> None:
        api = self.api
        names = {f.name for f in api.functions}
        for name, doc in self.opaque.items():
            if name not in ("nmk_market", "nmk_session"):
                api.values[name] = Value(name, doc, is_owned=name + "_free" in names)
        for enum in api.enums.values():
            enum.has_word = enum.name + "_word" in names
        for function in api.functions:
            if function.ignored or not function.is_method or function.parameters[0].kind != "value":
                continue
            value = api.values[function.parameters[0].struct]
            rest = [p.kind for p in function.parameters[1:]]
            if function.name == value.name + "_json":
                value.has_json, value.json_language = True, bool(rest)
            elif function.returns == "nmk_status" or rest not in ([], ["size"]):
                value.others.append(function)
            else:
                (value.indexed if rest else value.getters).append(function)
        for value in api.values.values():
            getters = {f.name for f in value.getters}
            if value.name + "_count" in getters and value.indexed:
                value.is_collection = True
                value.is_page = value.name + "_next" in getters
                item = [f for f in value.indexed if f.name == value.name + "_item"]
                match = item and re.fullmatch(r"const (nmk_\w+) \*", item[0].returns)
                value.item = match[1] if match else ""
            if value.is_page:
                self.page(value)
        self.check()

    def page(self, value: Value) -> None:
        own = {value.name + "_count", value.name + "_next", value.name + "_item"}
        value.facts = [f for f in value.getters if f.name not in own]
        for function in value.indexed:
            if function.name not in own:
                (value.lists if "NULL behind the last" in one_line(function.doc) else value.columns).append(function)
        for function in value.others:
            group = next((g.name.removesuffix("_count") for g in value.others
                          if g.name.endswith("_count") and function.name.startswith(g.name.removesuffix("count"))), "")
            if not group:
                raise Unknown(f"{function.name}() of a page")
            value.groups.setdefault(group, []).append(function)

    def check(self) -> None:
        for function in self.api.functions:
            if function.returns == "nmk_status" and not re.match(r"NMK_OK|as nmk_", split_doc(function.doc)[2]):
                raise Unknown(f"{function.name}() does not say what it answers: @return NMK_OK; ...")
            if function.returns == "int64_t" and "since 1970" in function.doc and not TIME.search(function.name):
                raise Unknown(f"{function.name}() gives a time, and its name does not tell")


def read(root: Path) -> Api:
    return Reader(root / "include", root / "src" / "op" / "ops.def").read()


if __name__ == "__main__":
    import sys

    api = read(Path(sys.argv[1]))
    for e in api.enums.values():
        print("enum", e.name, [v[0] for v in e.values], e.has_word, e.is_flags)
    for s in api.structs.values():
        print("struct", s.name, [(m.name, m.kind, m.bit, m.extra) for m in s.members])
    for v in api.values.values():
        print("value", v.name, "page" if v.is_page else "", v.item, [g.short for g in v.getters], [g.short for g in v.indexed], [g.short for g in v.others])
    for f in api.functions:
        if not f.ignored and not (f.parameters and f.parameters[0].kind == "value"):
            print("W" if f.waits else " ", f.short, [(p.name, p.kind, p.optional) for p in f.parameters], f.returns)
