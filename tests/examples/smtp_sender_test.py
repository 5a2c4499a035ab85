"""smtp_sender_test.py SMTP_SENDER WAITING_MAILS -- what the example sends, as a mail server receives it."""
import email
import email.header
import email.policy
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SENDER, WAITING_MAILS = sys.argv[1:3]
DOWN = 9  # a port on which nobody listens


class Server(threading.Thread):
    """A mail server for tests: answers() gives the reply to a command; None closes the connection instead."""

    def __init__(self, answers=None, features=(), certificate=None):
        super().__init__(daemon=True)
        self.certificate = certificate
        self.answers = answers or {}
        self.features = features
        self.mails, self.commands = [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "smtp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    with connection.makefile("rwb") as line:
                        wants_tls = self.serve(line)
                    if wants_tls:
                        self.serve_tls(connection)
                except OSError:
                    pass

    def serve_tls(self, connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        with context.wrap_socket(connection, server_side=True) as secured, secured.makefile("rwb") as line:
            self.serve(line, greets=False)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def answer(self, line, name, usual):
        """The next of the answers prepared for a command, else the usual one; False: it was to hang up."""
        prepared = self.answers.get(name)
        text = prepared.pop(0) if prepared else usual
        if text is None:
            return False
        line.write(text.encode() + b"\r\n")
        line.flush()
        return True

    def serve(self, line, greets=True):
        """True: what follows is to be TLS."""
        goes_on = not greets or self.answer(line, "CONNECT", "220 test")
        sender, recipients = None, []
        while goes_on:
            command = line.readline().decode()
            if not command:
                return False
            word = command.split()[0].upper()
            self.commands.append(command.strip())
            if word == "EHLO":
                features = "".join("250-%s\r\n" % feature for feature in self.features)
                goes_on = self.answer(line, word, features + "250 8BITMIME")
            elif word == "MAIL":
                sender, recipients = command, []
                goes_on = self.answer(line, word, "250 ok")
            elif word == "RCPT":
                recipients.append(command)
                goes_on = self.answer(line, word, "250 ok")
            elif word == "DATA":
                if not self.answer(line, word, "354 go on"):
                    return False
                raw = b""
                while not raw.endswith(b"\r\n.\r\n"):
                    raw += line.readline()
                goes_on = self.answer(line, "END", "250 taken")
                self.mails.append((sender, recipients, raw[:-3]))
            elif word == "QUIT":
                self.answer(line, word, "221 bye")
                return False
            elif word == "STARTTLS" and self.certificate:
                return self.answer(line, word, "220 go on")
            elif word == "AUTH":
                self.answer(line, "CHALLENGE", "334 ")
                line.readline()
                goes_on = self.answer(line, word, "235 welcome")
            else:
                goes_on = self.answer(line, word, "502 unknown")
        return False


class SmtpSender(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = os.path.join(self.folder.name, "market.db")
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.close()
        self.folder.cleanup()

    def server(self, **settings):
        self.servers.append(Server(**settings))
        return self.servers[-1]

    def register(self, *members):
        subprocess.run([WAITING_MAILS, self.store, *members], check=True)

    def sql(self, statement):
        with sqlite3.connect(self.store, timeout=10) as db:
            return db.execute(statement).fetchall()

    def waiting(self):
        return self.sql("SELECT COUNT(*) FROM outbox")[0][0]

    def environment(self, url, **more):
        return {"SMTP_URL": url, "SMTP_FROM": "markt@example.org", "PATH": os.environ["PATH"], **more}

    def send(self, url, *options, expect, **more):
        result = subprocess.run([SENDER, self.store, *options], env=self.environment(url, **more), text=True,
                                capture_output=True, timeout=60)
        self.assertEqual(expect, result.returncode, result.stderr)
        self.assertNotIn("example.org", result.stderr)
        self.assertNotIn("token", result.stderr)
        return result.stderr

    def send_once(self, url, expect=0):
        return self.send(url, "--once", "--plain", expect=expect)

    # ---- what arrives ----

    def test_a_mail_arrives_with_text_and_html(self):
        server = self.server()
        self.register("Rosa@example.org", "de")
        self.send(server.url, "--once", "--plain", "--market-name", "Müllers Märkte", "--public-url",
                  "https://lern.example", expect=0)
        (sender, recipients, raw), = server.mails
        self.assertIn("<markt@example.org>", sender)
        self.assertEqual(1, len(recipients))
        self.assertIn("<Rosa@example.org>", recipients[0])
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.assertEqual([], mail.defects)
        self.assertEqual("Bitte bestätigen Sie Ihre E-Mail-Adresse", mail["Subject"])
        self.assertEqual("Müllers Märkte <markt@example.org>", mail["From"])
        self.assertEqual(["Rosa@example.org"], [address.addr_spec for address in mail["To"].addresses])
        self.assertEqual("auto-generated", mail["Auto-Submitted"])
        self.assertRegex(mail["Message-ID"], r"^<[0-9a-f-]{36}@example\.org>$")
        self.assertLess(abs(mail["Date"].datetime.timestamp() - time.time()), 60)
        self.assertEqual("multipart/alternative", mail.get_content_type())
        text, html = mail.iter_parts()
        self.assertEqual(("text/plain", "utf-8"), (text.get_content_type(), text.get_content_charset()))
        self.assertEqual(("text/html", "utf-8"), (html.get_content_type(), html.get_content_charset()))
        words = text.get_content()
        self.assertNotIn("\n", words.replace("\r\n", ""))
        link, = re.findall(r"(?m)^https://lern\.example/verify-email\?token=[\w-]{43}\r$", words)
        link = link.strip()
        self.assertIn('href="%s"' % link, html.get_content())
        self.assertIn("willkommen bei Müllers Märkte!", words)
        self.assertIn('<html lang="de">', html.get_content())
        self.assertEqual(0, self.waiting())

    def test_what_goes_over_the_line_is_ascii_in_short_lines(self):
        server = self.server()
        self.register("rosa@example.org", "de")
        self.send(server.url, "--once", "--plain", "--market-name", "Ein sehr langer Name für einen Markt, " * 2 + "💶",
                  expect=0)
        raw = server.mails[0][2]
        self.assertTrue(raw.isascii())
        self.assertTrue(all(len(line) <= 78 for line in raw.split(b"\r\n")))
        self.assertNotIn(b"\n", raw.replace(b"\r\n", b""))
        sender = str(email.header.make_header(email.header.decode_header(email.message_from_bytes(raw)["From"])))
        self.assertIn("Ein sehr langer Name für einen Markt, " * 2 + "💶", sender)

    def test_all_that_wait_go_over_one_connection(self):
        server = self.server()
        self.register("rosa@example.org", "de", "anna@example.org", "en", "emil@example.org", "fr")
        self.send_once(server.url)
        subjects = [email.message_from_bytes(raw, policy=email.policy.default)["Subject"] for _, _, raw in server.mails]
        self.assertEqual(["Bitte bestätigen Sie Ihre E-Mail-Adresse"] + 2 * ["Please verify your e-mail address"], subjects)
        self.assertEqual(1, sum(command.startswith("EHLO") for command in server.commands))
        self.assertEqual(0, self.waiting())

    def test_an_empty_outbox_is_no_failure(self):
        self.register()
        self.send_once("smtp://127.0.0.1:%d" % DOWN)

    # ---- what fails ----

    def delayed(self):
        """For how many seconds from now the only message waits."""
        (available, attempts), = self.sql("SELECT available_at, attempts FROM outbox")
        return available / 1000 - time.time(), attempts

    def make_due(self):
        self.sql("UPDATE outbox SET available_at = 0")

    def test_a_reply_of_the_400s_is_tried_again_after_a_pause(self):
        server = self.server(answers={"RCPT": ["451 later", "451 later"]})
        self.register("rosa@example.org", "de")
        for attempt, pause in ((1, 60), (2, 120)):
            self.assertIn("waits", self.send_once(server.url, expect=3))
            seconds, attempts = self.delayed()
            self.assertEqual(attempt, attempts)
            self.assertTrue(pause - 20 < seconds <= pause, seconds)
            self.make_due()
        self.send_once(server.url)
        self.assertEqual((1, 0), (len(server.mails), self.waiting()))

    def test_the_pause_is_never_longer_than_six_hours_and_ends_after_twenty_attempts(self):
        server = self.server(answers={"RCPT": ["451 later"] * 3})
        self.register("rosa@example.org", "de")
        self.sql("UPDATE outbox SET attempts = 17")
        for _ in range(2):
            self.send_once(server.url, expect=3)
            self.assertTrue(21500 < self.delayed()[0] <= 21600)
            self.make_due()
        self.assertIn("given up", self.send_once(server.url, expect=3))
        self.assertEqual(0, self.waiting())

    def test_a_message_refused_at_its_end_is_tried_again_too(self):
        server = self.server(answers={"END": ["452 full"]})
        self.register("rosa@example.org", "de")
        self.send_once(server.url, expect=3)
        self.make_due()
        self.send_once(server.url)
        identities = {email.message_from_bytes(raw)["Message-ID"] for _, _, raw in server.mails}
        self.assertEqual((2, 1), (len(server.mails), len(identities)))

    def test_a_reply_of_the_500s_is_final_and_the_others_are_sent(self):
        for name in ("RCPT", "END"):
            server = self.server(answers={name: ["550 no such user"]})
            self.register("rosa_%s@example.org" % name.lower(), "de")
            self.assertIn("given up", self.send_once(server.url, expect=3))
            self.assertEqual(0, self.waiting())

    def test_others_are_sent_after_one_was_refused(self):
        server = self.server(answers={"RCPT": ["550 no such user"]})
        self.register("rosa@example.org", "de", "anna@example.org", "en")
        self.send_once(server.url, expect=3)
        self.assertEqual((1, 0), (len(server.mails), self.waiting()))

    def test_a_dropped_connection_is_tried_again(self):
        for name in ("CONNECT", "EHLO", "RCPT", "DATA", "END"):
            server = self.server(answers={name: [None]})
            self.sql("DELETE FROM outbox") if os.path.exists(self.store) else None
            self.register("rosa_%s@example.org" % name.lower(), "de")
            self.assertIn("waits", self.send_once(server.url, expect=3))
            self.make_due()
            self.send_once(server.url)
            self.assertEqual(0, self.waiting())

    def test_a_server_that_is_down_is_tried_again(self):
        self.register("rosa@example.org", "de")
        self.send_once("smtp://127.0.0.1:%d" % DOWN, expect=3)
        self.assertEqual(1, self.waiting())

    def test_a_damaged_message_does_not_hold_up_the_others(self):
        server = self.server()
        self.register("rosa@example.org", "de", "anna@example.org", "en")
        self.sql("UPDATE outbox SET data_sealed = zeroblob(150) WHERE id = (SELECT MIN(id) FROM outbox)")
        self.send_once(server.url, expect=1)
        self.assertEqual((1, 1), (len(server.mails), self.waiting()))

    # ---- TLS and login ----

    def certificate(self):
        """Key and certificate of localhost, signed by itself."""
        path = os.path.join(self.folder.name, "localhost.pem")
        if not shutil.which("openssl"):
            self.skipTest("SKIPPED: there is no openssl to make a certificate with")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path, "-out", path + ".crt",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"],
                       check=True, capture_output=True)
        with open(path, "a") as both, open(path + ".crt") as certificate:
            both.write(certificate.read())
        return path

    def tls_server(self, **settings):
        server = self.server(features=["STARTTLS", "AUTH PLAIN"], certificate=self.certificate(), **settings)
        server.url = server.url.replace("127.0.0.1", "localhost")
        return server

    def test_mail_and_login_go_over_tls(self):
        server = self.tls_server()
        self.register("rosa@example.org", "de")
        self.send(server.url, "--once", expect=0, SMTP_USER="markt", SMTP_PASSWORD="geheim",
                  SMTP_CA_FILE=server.certificate)
        words = [command.split()[0] for command in server.commands]
        self.assertEqual(["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"], words[:7])
        self.assertEqual((1, 0), (len(server.mails), self.waiting()))

    def test_a_foreign_certificate_is_refused(self):
        server = self.tls_server()
        self.register("rosa@example.org", "de")
        self.send(server.url, "--once", expect=4, SMTP_USER="markt", SMTP_PASSWORD="geheim")
        self.assertEqual(["EHLO", "STARTTLS"], [command.split()[0] for command in server.commands])
        self.assertEqual(1, self.waiting())

    def test_a_wrong_login_ends_it(self):
        server = self.tls_server(answers={"AUTH": ["535 wrong"]})
        self.register("rosa@example.org", "de", "anna@example.org", "de")
        self.send(server.url, "--once", expect=4, SMTP_USER="markt", SMTP_PASSWORD="falsch",
                  SMTP_CA_FILE=server.certificate)
        self.assertEqual((0, 2), (len(server.mails), self.waiting()))

    def test_without_tls_nothing_is_sent_and_everything_stays(self):
        server = self.server()
        self.register("rosa@example.org", "de", "anna@example.org", "de")
        self.send(server.url, "--once", expect=4)
        self.assertFalse([command for command in server.commands if command[:4] in ("MAIL", "RCPT", "AUTH")])
        self.assertEqual(2, self.waiting())

    def test_a_login_is_never_sent_in_the_clear(self):
        server = self.server(features=["AUTH PLAIN LOGIN"])
        self.register("rosa@example.org", "de")
        login = {"SMTP_USER": "markt", "SMTP_PASSWORD": "geheim"}
        self.send(server.url, "--once", expect=4, **login)
        self.send(server.url, "--once", "--plain", expect=2, **login)
        self.assertFalse([command for command in server.commands if command.startswith("AUTH")])
        self.assertEqual(1, self.waiting())

    def test_a_server_that_wants_a_login_ends_it(self):
        server = self.server(answers={"MAIL": ["530 log in first"]})
        self.register("rosa@example.org", "de", "anna@example.org", "de")
        self.send_once(server.url, expect=4)
        self.assertEqual((0, 2), (len(server.mails), self.waiting()))

    def test_wrong_settings_are_told_before_anything_is_opened(self):
        for environment in ({"SMTP_URL": "http://localhost"}, {"SMTP_URL": ""}, {"SMTP_FROM": "x\r\ny@z"},
                            {"SMTP_USER": "only"}):
            settings = {**self.environment("smtp://localhost"), **environment}
            result = subprocess.run([SENDER, self.store, "--once"], env=settings, capture_output=True)
            self.assertEqual(2, result.returncode)
        self.send("smtps://localhost", "--once", "--plain", expect=2)
        for arguments in ([], ["--unknown"], ["a", "b"], ["a", "--market-name"]):
            self.assertEqual(2, subprocess.run([SENDER, *arguments], env=self.environment("smtp://localhost"),
                                               capture_output=True).returncode)
        self.send("smtp://localhost", "--once", expect=1)  # there is no store

    # ---- the loop ----

    def loop(self, url):
        loop = subprocess.Popen([SENDER, self.store, "--plain"], env=self.environment(url), stderr=subprocess.DEVNULL)
        self.addCleanup(loop.wait, 10)
        self.addCleanup(loop.kill)
        return loop

    def wait_for(self, condition):
        end = time.time() + 30
        while not condition():
            self.assertLess(time.time(), end)
            time.sleep(0.05)

    def test_the_loop_sends_what_comes_later_and_ends_when_it_is_told_to(self):
        server = self.server()
        self.register("rosa@example.org", "de")
        for number in (signal.SIGTERM, signal.SIGINT):
            before = len(server.mails)
            loop = self.loop(server.url)
            self.register("anna_%d@example.org" % number, "de")
            self.wait_for(lambda: len(server.mails) > before and self.waiting() == 0)
            loop.send_signal(number)
            self.assertEqual(0, loop.wait(10))
        self.assertEqual(3, len(server.mails))

    def test_the_loop_outlives_a_server_that_fails(self):
        server = self.server(answers={"MAIL": ["421 closing"]})
        self.register("rosa@example.org", "de")
        loop = self.loop(server.url)
        self.wait_for(lambda: self.sql("SELECT COUNT(*) FROM outbox WHERE attempts = 1 AND available_at < "
                                       "(SELECT MAX(created_at) + 100000 FROM outbox)")[0][0])
        self.make_due()
        self.wait_for(lambda: server.mails)
        loop.terminate()
        self.assertEqual(0, loop.wait(10))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
