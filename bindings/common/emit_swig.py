"""derived.i: for each type and function of the headers the macro of its pattern, and the tables of the option structs."""
from __future__ import annotations

from describe import Api, Struct

KINDS = {"text": "TEXT", "bool": "BOOL", "int32": "INT32", "uint32": "UINT32", "flags": "UINT32", "set": "UINT32", "int64": "INT64", "time": "INT64", "size": "SIZE",
         "enum": "ENUM", "texts": "TEXTS", "list": "LIST", "struct": "STRUCT", "bytes": "BYTES", "reader": "READER", "clock": "CLOCK", "root_key": "ROOT_KEY"}


def table(struct: Struct) -> list[str]:
    lines = [f"static const nmkb_member {struct.name}_members[] = {{"]
    for m in struct.members:
        extra = f"offsetof({struct.name}, {m.extra})" if m.extra else "0"
        inner = f"&{m.ctype}_table" if m.kind == "struct" else "NULL"
        lines.append(f'\t{{"{m.name}", NMKB_{KINDS[m.kind]}, offsetof({struct.name}, {m.name}), {extra}, {m.bit}, {inner}}},')
    lines.append("\t{NULL, NMKB_TEXT, 0, 0, 0, NULL}")
    lines.append("};")
    set_offset = f"offsetof({struct.name}, set)" if struct.has_set else "0"
    lines.append(f'static const nmkb_struct {struct.name}_table = {{"{struct.name[4:]}", {struct.name}_members, {set_offset}, '
                 f'sizeof({struct.name}), {struct.name.upper() + "_VERSION" if struct.is_options else 0}}};')
    return lines


def emit(api: Api) -> str:
    out = ["/* Made from the public headers by generate.py. */", "%{"]
    inner = {m.ctype for struct in api.structs.values() for m in struct.members if m.kind == "struct"}
    for struct in sorted(api.structs.values(), key=lambda s: s.name not in inner):
        out += table(struct)
    out.append("%}")
    for enum in api.enums:
        if enum != "nmk_status":
            out.append(f"NMKB_ENUM({enum})")
    for value in api.values.values():
        if value.is_owned:
            out.append(f"NMKB_OWNED({value.name}, {value.name}_free)")
            out.append(f"NMKB_VALUE({value.name}, {value.name}_free)")
        else:
            out.append(f"NMKB_PART({value.name})")
            out.append(f"NMKB_BORROWED({value.name})")
    for struct in api.structs.values():
        out.append(f"%ignore {struct.name};")
        out.append(f"NMKB_{'OPTIONS' if struct.is_options else 'RECORD'}({struct.name})")
    out.append("%ignore nmk_error;")
    for callback in api.callbacks:
        out.append(f"%ignore {callback};")
    if "nmk_audit_sink" in api.callbacks:
        out.append("NMKB_SINK(nmk_audit_sink)")
    seen: set[tuple[str, str]] = set()

    def apply(pattern: str, target: str) -> None:
        if (pattern, target) not in seen:
            seen.add((pattern, target))
            out.append(f"%apply {pattern} {{ {target} }};")

    for f in api.functions:
        if f.ignored:
            out.append(f"%ignore {f.name};")
            continue
        raw = f.raw
        for (ctype, name), (next_type, next_name) in zip(raw, raw[1:] + [("", "")]):
            if ctype == "const void *" and next_type == "size_t":
                apply("(const void *BYTES, size_t SIZE)", f"(const void *{name}, size_t {next_name})")
            elif ctype == "unsigned char **" and next_type == "size_t *":
                apply("(unsigned char **BYTES_OUT, size_t *SIZE_OUT)", f"(unsigned char **{name}, size_t *{next_name})")
            elif ctype == "const char **" and next_type == "size_t *":
                apply("(const char **VIEW_OUT, size_t *SIZE_OUT)", f"(const char **{name}, size_t *{next_name})")
            elif ctype == "const char *const *" and next_type == "size_t":
                apply("(const char *const *TEXTS, size_t COUNT)", f"(const char *const *{name}, size_t {next_name})")
            elif ctype == "nmk_progress":
                apply("(nmk_progress PROGRESS, void *CONTEXT)", f"(nmk_progress {name}, void *{next_name})")
            elif ctype == "nmk_writer":
                apply("(nmk_writer WRITER, void *CONTEXT)", f"(nmk_writer {name}, void *{next_name})")
            elif ctype == "nmk_audit_sink":
                apply("(nmk_audit_sink SINK, void *CONTEXT)", f"(nmk_audit_sink {name}, void *{next_name})")
        for p in f.parameters:
            if p.kind == "fixed":
                out.append(f"NMKB_FIXED({p.name}, {p.struct})")
            elif p.kind == "fixed_out":
                out.append(f"NMKB_FIXED_OUT({p.name}, {p.struct})")
            elif p.kind == "buffer_out":
                out.append(f"NMKB_BUFFER_OUT({p.name}, {p.struct})")
        if f.gives_bytes:
            out.append(f"NMKB_FIXED_RETURN({f.returns}, {f.name}, {f.fixed_size})")
        if f.anytime:
            out.append(f"NMKB_ANYTIME({f.name})")
        elif f.of("session", "market"):
            out.append(f"NMKB_{'WAITS_INSIDE' if f.returns == 'nmk_status' else 'LOCKED'}({f.name})")
        elif f.waits:
            out.append(f"NMKB_WAITS({f.name})")
        elif f.returns == "nmk_status":
            out.append(f"NMKB_PURE({f.name})")
    out += [f'%include "{header}"' for header in api.headers]
    return "\n".join(out) + "\n"
