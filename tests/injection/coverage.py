#!/usr/bin/env python3
"""Every text that a call with a session takes has a probe: compare the public headers with `injection_test --list`.

usage: coverage.py INCLUDE_FOLDER INJECTION_TEST
"""
import pathlib
import re
import subprocess
import sys

# Texts that are no content: paths of the host's own files, the language of messages, the host's own root key.
EXEMPT = {
    "market_backup.path", "package_upload_file.path", "package_download_file.path", "session_set_language.language",
    "keys_change_root.file", "keys_change_root.passphrase", "package_upload_file.number", "package_upload_file.changelog",
    "package_upload_file.file_name", "package_upload_file.idempotency_key",  # the same struct as package_upload's
}


def declarations(folder):
    """(calls with a session: name -> parameters, structs: name -> text members)"""
    calls, structs = {}, {}
    for path in sorted(pathlib.Path(folder).rglob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        for name, arguments in re.findall(r"NMK_API\s+nmk_status\s+nmk_(\w+)\s*\(([^;]*?)\);", text, flags=re.S):
            if re.match(r"\s*nmk_session \*", arguments):
                calls[name] = [" ".join(argument.split()) for argument in arguments.split(",")[1:]]
        for name, members in re.findall(r"typedef struct nmk_(\w+) \{(.*?)\}", text, flags=re.S):
            structs[name] = re.findall(r"const char\s*\*\s*(\w+);", members)
    return calls, structs


def texts(calls, structs):
    for call, parameters in calls.items():
        for parameter in parameters:
            plain = re.fullmatch(r"const char \*(\w+)", parameter)
            struct = re.fullmatch(r"const nmk_(\w+) \*\w+", parameter)
            if plain:
                yield f"{call}.{plain[1]}"
            elif struct:
                yield from (f"{call}.{member}" for member in structs.get(struct[1], []))


def main():
    wanted = set(texts(*declarations(sys.argv[1]))) - EXEMPT
    probed = set(subprocess.run([sys.argv[2], "--list"], check=True, capture_output=True, text=True).stdout.split())
    for name in sorted(wanted - probed):
        print(f"no probe for {name}: add it to probes.def")
    for name in sorted(probed - wanted):
        print(f"a probe for {name}, which no header has")
    print(f"{len(wanted)} texts, {len(probed & wanted)} probed")
    return 0 if wanted == probed else 1


sys.exit(main())
