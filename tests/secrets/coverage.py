#!/usr/bin/env python3
"""Every public call that takes or gives a secret, and every member of a struct that is one, is in a test of this folder.

usage: coverage.py INCLUDE_FOLDER
"""
import pathlib
import re
import sys

PARAMETERS = {"password", "current_password", "new_password", "token", "access_token", "refresh_token", "code", "known_device"}
TYPES = {"nmk_tokens", "nmk_totp_enrollment", "nmk_recovery_codes", "nmk_outbox_message", "nmk_registration", "nmk_root_key",
         "nmk_e2e_identity", "nmk_e2e_channel", "nmk_e2e_text"}
MEMBERS = {"password", "password_hash", "root_key", "root_key_file", "root_passphrase", "token_secret", "callback", "file", "passphrase"}
CALLS = {"nmk_qr_svg", "nmk_qr_text", "nmk_session_known_device"}  # their text, and what they answer


def is_secret(parameters):
    return bool(PARAMETERS & set(re.findall(r"\*(\w+)", parameters)) or TYPES & set(re.findall(r"\b(nmk_\w+) \*", parameters)))


def wanted(folder):
    """Names of calls, and of members as ".name"."""
    names = set(CALLS)
    for path in pathlib.Path(folder).rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        for name, parameters in re.findall(r"NMK_API\s+(?:nmk_status |char \*)(\w+)\s*\(([^;]*?)\);", text, flags=re.S):
            if is_secret(parameters):
                names.add(name)
        for members in re.findall(r"typedef struct nmk_\w+ \{(.*?)\n\}", text, flags=re.S):
            names.update("." + name for name in re.findall(r"\*\s*\(?\*?(\w+)\)?\s*(?:;|\()", members) if name in MEMBERS)
    return names


def main():
    tests = "".join(path.read_text(encoding="utf-8") for path in pathlib.Path(__file__).parent.glob("*.[ch]"))
    names = wanted(sys.argv[1])
    missing = [name for name in sorted(names) if not re.search(r"\." + name[1:] + r"\b" if name[0] == "." else name + r"\b", tests)]
    for name in missing:
        print(f"no test of secrets has {name}")
    print(f"{len(names)} calls and members, {len(names) - len(missing)} tested")
    return 1 if missing else 0


sys.exit(main())
