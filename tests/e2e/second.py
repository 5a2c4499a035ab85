#!/usr/bin/env python3
"""A second implementation of docs/e2e.md, written from it: makes and reads the conversations of vectors.json, byte by byte.

usage: second.py VECTORS      exit status 77 without python3-cryptography
"""
import hashlib
import hmac
import json
import struct
import sys

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    print("SKIPPED: python3-cryptography is not installed")
    sys.exit(77)

P = 2**255 - 19


# ---- primitives ----

def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(salt, key, info, length):
    extracted, out, block, counter = mac(salt, key), b"", b"", 0
    while len(out) < length:
        counter += 1
        block = mac(extracted, block + info + bytes([counter]))
        out += block
    return out[:length]


def raw(public):
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_of(secret):
    return raw(X25519PrivateKey.from_private_bytes(secret).public_key())


def agree(secret, public):
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


def exchange_secret(seed):
    half = bytearray(hashlib.sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    return bytes(half)


def exchange_public(public):
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return ((1 + y) * pow(1 - y, P - 2, P) % P).to_bytes(32, "little")


def rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
        s[z] = rotate(s[z] ^ s[x], bits)


def hchacha20(key, nonce):
    s = list(struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(s, a, b, c, d)
    return struct.pack("<8I", *s[:4], *s[12:])


def cipher(key, nonce):
    return ChaCha20Poly1305(hchacha20(key, nonce[:16])), b"\0\0\0\0" + nonce[16:]


def seal(key, nonce, bound, plain):
    box, rest = cipher(key, nonce)
    return box.encrypt(rest, plain, bound)


def unseal(key, nonce, bound, sealed):
    box, rest = cipher(key, nonce)
    return box.decrypt(rest, sealed, bound)


class Random:
    """Block n is HMAC(name, n); each demand begins with a new block."""

    def __init__(self, name):
        self.name, self.block = name.encode(), 0

    def take(self, length):
        out = b""
        while len(out) < length:
            out += mac(self.name, struct.pack(">I", self.block))
            self.block += 1
        return out[:length]


# ---- the protocol ----

class Person:
    def __init__(self, name, made_at):
        self.random = Random(name)
        self.seed = self.random.take(32)
        self.signer = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.identity = raw(self.signer.public_key())
        self.exchange = exchange_secret(self.seed)
        self.prekey = self.random.take(32)
        self.made_at = made_at
        self.one_time = {}
        self.ratchet = None

    def record(self):
        start = b"\1" + self.identity + struct.pack(">IQ", 1, self.made_at) + public_of(self.prekey)
        return start + self.signer.sign(b"nanomarket e2e signed prekey\0" + start)

    def add_one_time(self, count):
        for number in range(1, count + 1):
            self.one_time[number] = self.random.take(32)


def bound_of(one, other, context):
    return one + other + hashlib.sha256(context.encode()).digest()


def first_secret(agreements):
    return hkdf(bytes(32), b"\xff" * 32 + b"".join(agreements), b"nanomarket e2e x3dh", 32)


class Ratchet:
    def __init__(self, random, bound, secret):
        self.random, self.bound, self.root = random, bound, secret
        self.start = b""
        self.sending = self.receiving = self.other = None
        self.sent = self.received = self.previous = 0
        self.skipped = {}

    def step(self):
        keys = hkdf(self.root, agree(self.own, self.other), b"nanomarket e2e root", 64)
        self.root = keys[:32]
        return keys[32:]

    def write(self, text):
        franking_key, nonce = self.random.take(32), self.random.take(24)
        first = self.start if self.receiving is None else b""
        header = (b"\1" + (b"\1" if first else b"\2") + first + public_of(self.own) + struct.pack(">II", self.previous, self.sent)
                  + mac(franking_key, text) + nonce)
        body = franking_key + text + b"\x80"
        body += bytes(-len(body) % 64)
        key, self.sending = mac(self.sending, b"\1"), mac(self.sending, b"\2")
        self.sent += 1
        return header + seal(key, nonce, self.bound + header, body)

    def skip(self, number):
        while self.received < number:
            self.skipped[self.other, self.received] = mac(self.receiving, b"\1")
            self.receiving = mac(self.receiving, b"\2")
            self.received += 1

    def read(self, message):
        at = 74 if message[1] == 1 else 2
        other, (previous, number) = message[at:at + 32], struct.unpack(">II", message[at + 32:at + 40])
        commitment, nonce, header = message[at + 40:at + 72], message[at + 72:at + 96], message[:at + 96]
        key = self.skipped.pop((other, number), None)
        if key is None:
            if self.receiving is None or other != self.other:
                if self.receiving is not None:
                    self.skip(previous)
                self.other, self.previous, self.sent, self.received = other, self.sent, 0, 0
                self.receiving = self.step()
                self.own = self.random.take(32)
                self.sending = self.step()
            self.skip(number)
            key, self.receiving = mac(self.receiving, b"\1"), mac(self.receiving, b"\2")
            self.received += 1
        body = unseal(key, nonce, self.bound + header, message[at + 96:])
        franking_key, text = body[:32], body[32:].rstrip(b"\0")[:-1]
        assert mac(franking_key, text) == commitment
        return text, commitment, b"\1" + franking_key + text


def begin(person, bundle, context):
    record, one_time = bundle[:141], bundle[141:]
    Ed25519PublicKey.from_public_bytes(record[1:33]).verify(record[77:], b"nanomarket e2e signed prekey\0" + record[:77])
    ephemeral, prekey, other = person.random.take(32), record[45:77], record[1:33]
    agreements = [agree(person.exchange, prekey), agree(ephemeral, exchange_public(other)), agree(ephemeral, prekey)]
    if one_time:
        agreements.append(agree(ephemeral, one_time[4:]))
    ratchet = Ratchet(person.random, bound_of(person.identity, other, context), first_secret(agreements))
    ratchet.start = person.identity + public_of(ephemeral) + record[33:37] + (one_time[:4] or bytes(4))
    ratchet.own, ratchet.other = person.random.take(32), prekey
    ratchet.sending = ratchet.step()
    person.ratchet = ratchet


def follow(person, message, context):
    other, ephemeral, number = message[2:34], message[34:66], struct.unpack(">I", message[70:74])[0]
    agreements = [agree(person.prekey, exchange_public(other)), agree(person.exchange, ephemeral), agree(person.prekey, ephemeral)]
    if number:
        agreements.append(agree(person.one_time.pop(number), ephemeral))
    person.ratchet = Ratchet(person.random, bound_of(other, person.identity, context), first_secret(agreements))
    person.ratchet.own = person.prekey


def safety_number(one, one_name, other, other_name):
    def half(key, name):
        digest = hashlib.sha512(b"\0\1" + key + name.encode()).digest()
        for _ in range(5199):
            digest = hashlib.sha512(digest + key).digest()
        return "".join(f"{int.from_bytes(digest[i:i + 5], 'big') % 100000:05}" for i in range(0, 30, 5))
    digits = "".join(sorted((half(one, one_name), half(other, other_name))))
    return " ".join(digits[i:i + 5] for i in range(0, 60, 5))


# ---- the vectors ----

def same(what, ours, theirs):
    if ours != theirs:
        sys.exit(f"{what}: {ours} here, {theirs} in the vectors")


def replay(vector):
    anna, ben = Person("anna", vector["made_at"]), Person("ben", vector["made_at"])
    people = {"anna": anna, "ben": ben}
    bundle = bytes.fromhex(vector["bundle"])
    ben.add_one_time(2)
    same("identity", anna.identity.hex(), vector["anna"])
    same("record", ben.record().hex(), vector["bundle"][:282])
    if bundle[141:]:
        same("one-time prekey", (struct.pack(">I", 1) + public_of(ben.one_time[1])).hex(), vector["bundle"][282:])
    same("safety number", safety_number(anna.identity, "anna", ben.identity, "ben"), vector["safety_number"])
    begin(anna, bundle, vector["context"])
    messages = {}
    for event in vector["events"]:
        number = event["number"]
        if "write" in event:
            messages[number] = people[event["write"]].ratchet.write(event["text"].encode())
            same(f"message {number}", messages[number].hex(), event["message"])
        else:
            reader = people[event["read"]]
            if reader.ratchet is None:
                follow(reader, messages[number], vector["context"])
            text, commitment, report = reader.ratchet.read(messages[number])
            same(f"text {number}", text.decode(), event["text"])
            same(f"commitment {number}", commitment.hex(), event["commitment"])
            same(f"report {number}", report.hex(), event["report"])
    return len(vector["events"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    print(f"{len(vectors)} conversations, {sum(map(replay, vectors))} messages written and read: the same")


main()
