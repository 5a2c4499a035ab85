"""The generated half of the Node package: a table of enums, values and calls (api.js), the names of the ES module, and types."""
from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import wrap

from describe import Api, Enum, Function, Member, Parameter, Unknown, Value, found, one_line, plural, split_doc, tell
from emit_python import WIDTH, class_name, is_id

# Written by hand in index.js, where streams and files come in.
BY_HAND = {"nmk_market_open", "nmk_package_upload", "nmk_package_upload_file", "nmk_package_download", "nmk_package_download_file",
           "nmk_package_read_entry"}


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def words_of(root: Path, enums: dict[str, Enum]) -> dict[str, list[str]]:
    """The words of the library's tables; a test compares them with what the library says."""
    sources = "\n".join(p.read_text() for p in sorted((root / "src").rglob("*.c")))
    result = {}
    for enum in enums.values():
        word = re.search(rf"\b{enum.name}_word\([^)]*\)\s*\{{\s*return word_of\((\w+)", sources)
        table = re.search(rf"\b{word[1]}\[\] = \{{(.*?)\}};", sources, re.S) if word else None
        words = [w for w in re.findall(r'"([^"]*)"', table[1]) if w] if table else []
        if enum.name == "nmk_status":
            words = [found(rf'"NMK_{n}", "(\w+)"', sources) for n, _, _ in enum.values]
        if enum.values[0][1] == 0 and len(words) == len(enum.values) - 1:  # that none holds has no word
            words = [enum.values[0][0].lower(), *words]
        if enum.has_word and len(words) != len(enum.values):
            raise Unknown(f"the words of {enum.name} are in no table of its {enum.name}_word()")
        result[enum.name] = words or [n.lower() for n, _, _ in enum.values]
    return result


def text(doc: str) -> str:
    doc = re.sub(r"\bnmk_session_(\w+)\(\)", lambda m: camel(m[1]) + "()", doc)
    doc = re.sub(r"\bnmk_(\w+)\(\)", lambda m: camel(m[1]) + "()", doc)
    doc = re.sub(r"\bnmk_(\w+)\b", lambda m: class_name(m[1]), doc)
    doc = re.sub(r"\bNULL\b", "null", doc)
    doc = re.sub(r"[^.;:]*\b(?:[Ff]ree with|the caller's to free)\b[^.;]*[.;]?", "", doc)
    return doc.replace("*/", "* /")


def comment(doc: str, indent: str, names: dict[str, str] | None = None) -> list[str]:
    told = tell(doc, text)
    lines = [line for paragraph in told.paragraphs for line in wrap(paragraph, WIDTH)]
    for name, note in told.parameters.items():
        if names is not None and name in names:
            lines += wrap(f"@param {names[name]} {note}", WIDTH)
    lines += wrap(told.also, WIDTH)
    if told.failures:
        lines += wrap("@throws " + told.failures, WIDTH)
    if not lines:
        return []
    if len(lines) == 1:
        return [f"{indent}/** {lines[0]} */"]
    return [f"{indent}/**"] + [f"{indent} * {line}" for line in lines] + [f"{indent} */"]


class Emitter:
    def __init__(self, api: Api, root: Path):
        self.api = api
        self.words = words_of(root, api.enums)
        self.table: dict[str, dict[str, object]] = {"enums": {}, "structs": {}, "values": {}, "calls": {}}
        self.types: list[str] = []
        self.names: list[str] = []

    # ---- what a getter or a call gives ----

    def result(self, ctype: str, name: str, doc: str, value_doc: str) -> tuple[list[object], str]:
        """(how it is converted, its type)"""
        optional = name not in ("id", "username") and bool(re.search(r"\bNULL\b", doc + value_doc))
        null = " | null" if optional else ""
        if ctype in ("const char *", "char *"):
            return ["plain"], "string" + null
        if ctype in self.api.enums:
            return ["enum", ctype[4:]], class_name(ctype) + " | null"
        if ctype == "int64_t" and re.search(r"(_at|_until|_since)$", name):
            return ["time"], "Date | null"
        flags = re.search(r"[Bb]its of (nmk_\w+)", doc) if ctype == "uint32_t" else None
        if flags:
            return ["flags", flags[1][4:]], f"{class_name(flags[1])}[]"
        if ctype in ("int64_t", "int32_t", "uint32_t", "size_t", "int"):
            return ["plain"], "number"
        if ctype == "bool":
            return ["plain"], "boolean"
        if ctype == "bytes":
            return ["plain"], "Buffer"
        match = re.fullmatch(r"const (nmk_\w+) \*", ctype)
        if match and match[1] in self.api.values:
            return ["value", match[1][4:]], class_name(match[1])
        if match and match[1] in self.api.structs:
            return ["record", match[1][4:]], class_name(match[1])
        raise ValueError(f"{name}: {ctype}")

    def enum(self, enum: Enum) -> None:
        name, words = class_name(enum.name), self.words[enum.name]
        self.table["enums"][enum.name[4:]] = {"name": name, "flags": enum.is_flags, "word": enum.has_word,
                                              "values": {n: v for n, v, _ in enum.values}}
        self.names.append(name)
        self.types += comment(enum.doc, "") + [f"export type {name} = {' | '.join(json.dumps(w) for w in words)};",
                                               f"export const {name}: {{"]
        for (constant, _, doc), word in zip(enum.values, words):
            self.types += comment(doc, "  ") + [f"  readonly {constant}: {json.dumps(word)};"]
        self.types.append("};")

    def record(self, name: str) -> None:
        struct = self.api.structs[name]
        kinds = {"text": "string", "bool": "boolean", "int64": "number", "int32": "number"}
        self.table["structs"][name[4:]] = {m.name: [camel(m.name), m.kind] for m in struct.members}
        self.types += comment(struct.doc, "") + [f"export interface {class_name(name)} {{"]
        for m in struct.members:
            self.types += comment(m.doc, "  ") + [f"  readonly {camel(m.name)}: {kinds[m.kind]}{' | null' if 'NULL' in m.doc else ''};"]
        self.types.append("}")

    def interface(self, name: str) -> None:
        """A struct that is given within another."""
        struct = self.api.structs[name]
        self.table["structs"][name[4:]] = {camel(m.name): [m.name, *self.argument(m)[0]] for m in struct.members}
        self.types += comment(struct.doc, "") + [f"export interface {class_name(name)} {{"]
        for m in struct.members:
            self.types += comment(m.doc, "  ") + [f"  {camel(m.name)}?: {self.argument(m)[1]} | undefined;"]
        self.types.append("}")

    def value(self, name: str) -> None:
        value = self.api.values[name]
        short = value.short
        entry: dict[str, object] = {"name": class_name(name), "json": value.has_json, "language": value.json_language,
                                    "secret": bool(re.search(r"\b[Ss]ecret\b|\bwipes\b", value.doc))}
        self.table["values"][short] = entry
        if value.is_page:
            entry["page"] = value.item[4:]
            if value.is_rich:
                self.page(value, entry)
            return
        getters: dict[str, object] = {}
        lists: dict[str, object] = {}
        lines = []
        for function in value.getters:
            field = function.name.removeprefix(name + "_")
            if value.is_collection and field == "count":
                continue
            how, kind = self.result(function.gives, field, function.doc, value.doc)
            getters[camel(field)] = [function.short, *how]
            lines += comment(function.doc, "  ") + [f"  readonly {camel(field)}: {kind};"]
        base = "Value"
        if value.is_collection:
            fields = {f.name.removeprefix(name + "_"): f for f in value.indexed}
            parts = {field: self.result(f.returns, field, "", "") for field, f in fields.items()}
            if list(fields) == ["item"]:
                entry["item"] = [fields["item"].short, *parts["item"][0]]
                kind = parts["item"][1]
            else:
                entry["items"] = {camel(field): [f.short, *parts[field][0]] for field, f in fields.items()}
                kind = class_name(name) + "Item"
                self.types += [f"/** One of a {class_name(name)}. */", f"export interface {kind} {{"]
                for field, f in fields.items():
                    self.types += comment(f.doc, "  ") + [f"  readonly {camel(field)}: {parts[field][1]};"]
                self.types.append("}")
            entry["count"] = short + "_count"
            base = f"Collection<{kind}>"
        else:
            for function in value.indexed:
                field = function.name.removeprefix(name + "_")
                counts = [g for g in value.getters if g.name.endswith("_count")
                          and field.startswith(g.name.removeprefix(name + "_").removesuffix("_count"))]
                plural = field[:-1] + "ies" if field.endswith("y") else field + "s"
                how, kind = self.result(function.returns, field, "", "")
                lists[camel(plural)] = [counts[0].short, function.short, *how]
                lines += comment(function.doc, "  ") + [f"  readonly {camel(plural)}: readonly ({kind})[];"]
        entry["getters"], entry["lists"] = getters, lists
        methods = []
        for function in value.others:
            methods += self.call(function, camel(function.name.removeprefix(name + "_")), f"values.{short}")
        self.names.append(class_name(name))
        self.types += comment(value.doc, "") + [f"export class {class_name(name)} extends {base} {{", "  private constructor();"] + lines
        self.types += methods + ["}"]

    def page(self, value: Value, entry: dict[str, object]) -> None:
        """A page that tells more than its items."""
        getters, lists, columns, groups, lines = {}, {}, {}, {}, []

        def own(function: Function) -> str:
            return function.name.removeprefix(value.name + "_")

        for function in value.facts:
            how, kind = self.result(function.gives, own(function), function.doc, "")
            getters[camel(own(function))] = [function.short, *how]
            lines += comment(function.doc, "  ") + [f"  readonly {camel(own(function))}: {kind};"]
        for function in value.lists:
            lists[plural(camel(own(function)))] = function.short
            lines += comment(function.doc, "  ") + [f"  readonly {plural(camel(own(function)))}: readonly string[];"]
        for function in value.columns:
            how, kind = self.result(function.gives, own(function), function.doc, "")
            columns[plural(camel(own(function)))] = [function.short, *how]
            lines += comment(function.doc, "  ") + [f"  readonly {plural(camel(own(function)))}: readonly ({kind})[];"]
        for group, functions in value.groups.items():
            count = next(f for f in functions if f.name == group + "_count")
            cells = {f.name.removeprefix(group + "_"): f for f in functions if f is not count}
            enum = count.parameters[1].ctype
            name = camel(group.removeprefix(value.name + "_"))
            kinds = {cell: self.result(f.gives, cell, "", "") for cell, f in cells.items()}
            groups[name + "s"] = [count.short, enum[4:], {camel(cell): [f.short, *kinds[cell][0]] for cell, f in cells.items()}]
            self.types += [f"/** Of {class_name(value.name)}.{name}s(). */", f"export interface {class_name(group)} {{"]
            for cell, f in cells.items():
                self.types += comment(f.doc, "  ") + [f"  readonly {camel(cell)}: {kinds[cell][1]};"]
            self.types.append("}")
            lines += comment(count.doc, "  ") + [f"  {name}s({name}: {class_name(enum)}): {class_name(group)}[];"]
        entry.update(getters=getters, lists=lists, columns=columns, groups=groups)
        self.names.append(class_name(value.name))
        self.types += comment(value.doc, "") + [f"export class {class_name(value.name)} extends Page<{class_name(value.item)}> {{",
                                                "  private constructor();", *lines, "}"]

    # ---- calls ----

    def argument(self, p: Parameter | Member) -> tuple[list[object], str]:
        if p.kind == "enum":
            return ["enum", p.ctype[4:]], class_name(p.ctype)
        if isinstance(p, Parameter) and p.kind == "value":
            return ["value", p.struct[4:]], class_name(p.struct)
        if p.kind == "time":
            return ["time"], "Date | number"
        if p.kind == "text" and p.name in ("path", "backup"):
            return ["path"], "string | URL"
        if p.kind in ("flags", "set"):
            return [p.kind, p.ctype[4:]], f"readonly {class_name(p.ctype)}[]"
        if p.kind == "struct":
            return ["struct", p.ctype[4:]], class_name(p.ctype)
        plain = {"list": "readonly string[]", "text": "string", "bool": "boolean", "int32": "number", "uint32": "number", "int64": "number", "size": "number",
                 "texts": "readonly string[]", "bytes": "Bytes", "fixed": "Bytes", "reader": "Bytes",
                 "root_key": "Bytes | (() => Bytes)", "clock": "Clock"}
        return [p.kind if p.kind in ("bytes", "fixed", "clock", "root_key", "reader") else "plain"], plain[p.kind]

    def call(self, function: Function, method: str, owner: str) -> list[str]:
        bound = function.is_method
        ins = [p for p in function.parameters[1 if bound else 0:] if not p.out and p.kind not in ("writer", "sink")]
        outs = [p for p in function.parameters if p.out and p.kind != "error"] + function.of("writer", "sink")
        page = next((p for p in outs if p.kind == "value_out" and self.api.values[p.struct].is_page), None)
        arguments: list[object] = []
        rich = ""  # the class of its pages, if they tell more
        positional: list[tuple[str, str]] = []
        options: list[tuple[str, str, bool, str]] = []  # name, type, is it needed, documentation
        has_cursor = False
        names = {}
        docs = split_doc(function.doc)[1]
        for p in ins:
            names[p.name] = camel(p.name)
            if p.kind == "options":
                struct = self.api.structs[p.struct]
                updates = struct.has_set and "_create" not in function.name
                members = {}
                for m in struct.members:
                    how, kind = self.argument(m)
                    members[camel(m.name)] = [m.name, *how]
                    if m.name == "cursor":  # of a list; a search that is saved has none
                        has_cursor = page is not None
                        if not has_cursor:
                            continue
                    needed = (m.doc.startswith("needed") and not m.doc.startswith("needed with") and not updates
                              and not re.search(rf"\b{m.name}\b.*\bNULL\b", p.doc))
                    null = " | null" if updates and m.bit and m.kind != "bool" else ""
                    options.append((camel(m.name), kind + null, needed, m.doc))
                arguments.append(["struct", p.struct[4:], updates])
                self.table["structs"][p.struct[4:]] = members
            elif p.kind == "progress":
                arguments.append(["progress"])
                options.append(("progress", "(done: number, total: number) => boolean | void", False,
                                "Told while it goes on. A synchronous call stops when it answers false."))
            else:
                has_cursor = has_cursor or p.name == "cursor"
                how, kind = self.argument(p)
                if p.optional:
                    arguments.append(["option", camel(p.name), *how])
                    options.append((camel(p.name), kind, False, docs.get(p.name, "")))
                else:
                    arguments.append(["argument", len(positional), *how])
                    positional.append((camel(p.name), kind))
        entry: dict[str, object] = {"native": function.short, "bound": bound, "owner": owner, "method": method,
                                    "positional": [n for n, _ in positional], "options": [o[0] for o in options],
                                    "arguments": arguments, "waits": function.waits}
        if function.longest_wait:
            entry["cancels"] = True
        if function.anytime:
            entry["anytime"] = True
        if page:
            entry["page"], entry["listing"] = page.struct[4:], has_cursor
            value = self.api.values[page.struct]
            returns = class_name(value.item)
            if value.is_rich:
                rich = class_name(value.name)
        elif function.returns != "nmk_status":
            if function.returns == "void":
                returns = "void"
            else:
                how, returns = self.result(function.gives, function.short.removeprefix("session_"), function.doc, "")
                entry["result"] = [how]
        else:
            hows, kinds = [], []
            for p in outs:
                if p.kind == "value_out":
                    hows.append(["value", p.struct[4:]])
                    kinds.append(class_name(p.struct) + (" | null" if re.match(r"NULL if", p.doc) else ""))
                elif p.kind == "session_out":
                    hows.append(["session"])
                    kinds.append("Session")
                else:
                    hows.append(["plain"])
                    kinds.append({"text_out": "string", "bool_out": "boolean", "int64_out": "number", "bytes_out": "Buffer",
                                  "view_out": "Buffer", "fixed_out": "Buffer", "buffer_out": "string", "writer": "Buffer", "sink": "Record<string, Buffer>"}[p.kind])
            entry["result"] = hows
            returns = kinds[0] if len(kinds) == 1 else f"[{', '.join(kinds)}]" if kinds else "void"
        self.table["calls"][function.short] = entry
        return self.signatures(function, method, bound, positional, options, returns, page, has_cursor, names, rich)

    def signatures(self, function: Function, method: str, bound: bool, positional: list[tuple[str, str]],
                   options: list[tuple[str, str, bool, str]], returns: str, page: Parameter | None, has_cursor: bool,
                   names: dict[str, str], rich: str) -> list[str]:
        lines = []
        for waiting in ([True, False] if function.waits else [False]):
            parameters = [f"{n}: {t}" for n, t in positional]
            members = [f"{n}{'' if needed else '?'}: {t}{'' if needed else ' | undefined'}" for n, t, needed, _ in options]
            if waiting and not (page and has_cursor):
                members.append("signal?: AbortSignal | undefined")
            elif waiting:
                members.append("signal?: AbortSignal | undefined")
            if members:
                needed = any(o[2] for o in options)
                parameters.append(f"options{'' if needed else '?'}: {{ {'; '.join(members)} }}")
            if page and has_cursor:
                of = f"<{returns}, {rich}>" if rich else f"<{returns}>"
                kind = f"Listing{of}" if waiting else f"ListingSync{of}"
            elif page:
                of = rich or f"Page<{returns}>"
                kind = f"Promise<{of}>" if waiting else of
            else:
                kind = f"Promise<{returns}>" if waiting else returns
            name = method + ("Sync" if function.waits and not waiting else "")
            indent = "  " if bound else ""
            lines += comment(function.doc, indent, {k: v for k, v in names.items() if v in [n for n, _ in positional]})
            lines.append(f"{indent}{'' if bound else 'export function '}{name}({', '.join(parameters)}): {kind};")
        return lines

    def emit(self) -> dict[str, str]:
        api = self.api
        for enum in api.enums.values():
            if not enum.name.endswith("_field"):
                self.enum(enum)
        for struct in api.structs.values():
            if not struct.is_options:
                self.record(struct.name)
        for name in api.values:
            self.value(name)
        bound = [f for f in api.functions if not f.ignored and f.is_method and f.parameters[0].kind != "value"]
        for kind in ("market", "session"):
            self.types += [f"/** The calls of a {kind}. */", f"declare class {kind.capitalize()}Calls {{"]
            for function in bound:
                if function.parameters[0].kind == kind and function.name not in BY_HAND:
                    short = function.short.removeprefix("session_") if kind == "session" else function.short
                    self.types += self.call(function, camel(short), kind)
            self.types.append("}")
        taken = {g.name for v in api.values.values() for g in v.getters + v.indexed + v.others}
        for function in api.functions:
            if not (function.ignored or function in bound or function.name in taken or function.name in BY_HAND
                    or re.search(r"_(word|of|json)$", function.name)):
                self.types += self.call(function, camel(function.short), "module")
                self.names += [camel(function.short)] + ([camel(function.short) + "Sync"] if function.waits else [])
        for name in sorted({m.ctype for struct in api.structs.values() for m in struct.members if m.kind == "struct"}):
            self.interface(name)
        members = {}
        options = []
        for m in api.structs["nmk_market_options"].members:
            how, kind = self.argument(m)
            members[camel(m.name)] = [m.name, *how]
            options += comment(m.doc, "  ") + [f"  {camel(m.name)}?: {kind} | undefined;"]
        self.table["structs"]["market_options"] = members
        upload = {}
        for m in api.structs["nmk_upload"].members:
            upload[camel(m.name)] = [m.name, *self.argument(m)[0]]
        self.table["structs"]["upload"] = upload
        self.types += ["/** How to open a store. */", "export interface MarketOptions {", *options, "}"]
        exports = sorted(self.names + ["open", "openSync", "Market", "Session", "Clock", "Value", "Collection", "Page", "Listing", "ListingSync",
                                       "NanomarketError", "version"])
        return {
            "api.js": "'use strict';\n// Made from the public headers.\nmodule.exports = " + json.dumps(self.table, indent=1) + ";\n",
            "index.mjs": "// Made from the public headers.\nimport nanomarket from './index.js';\nexport const {\n  " + ",\n  ".join(exports)
                         + ",\n} = nanomarket;\nexport default nanomarket;\n",
            "api.d.ts": "\n".join(self.types) + "\n",
        }


def emit(api: Api, root: Path) -> dict[str, str]:
    return Emitter(api, root).emit()
