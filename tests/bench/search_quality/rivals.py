"""The others: each answers a list of queries over a list of documents with lists of numbers of documents, best first.

For the matching cases every word must be met. For retrieval each is asked in the way that it did best at on this corpus: any word
may be met, of all ways that were tried: every word or any word, the title once or 3, 4 or 8 times, PostgreSQL with each of ts_rank and
ts_rank_cd and the normalizations 0, 1 and 2, with and without documents that have every word before the others."""
import csv
import os
import pwd
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile

ROOT_STAND_IN = 'nobody'  # PostgreSQL does not run as root
TITLE_WEIGHT = 8


class NotInstalled(Exception):
    pass


class FTS5:
    """SQLite's own: FTS5 with the tokenizer unicode61."""
    name = 'FTS5 unicode61'

    def __init__(self, documents):
        self.database = sqlite3.connect(':memory:')
        self.database.execute('CREATE VIRTUAL TABLE document USING fts5(title, body)')
        self.database.executemany('INSERT INTO document(rowid, title, body) VALUES(?, ?, ?)',
                                  ((i, title, body) for i, (title, body) in enumerate(documents)))

    def expression(self, query, every_word):
        parts = parts_of(query) if every_word else re.findall(r'\w+', query)
        return (' AND ' if every_word else ' OR ').join('"' + part.replace('"', '""') + '"' for part in parts)

    def answer(self, query, limit, every_word):
        rows = self.database.execute('SELECT rowid FROM document WHERE document MATCH ? ORDER BY bm25(document, ?, 1.0) LIMIT ?',
                                     (self.expression(query, every_word), TITLE_WEIGHT, limit))
        return [row[0] for row in rows]

    def answers(self, queries, limit, every_word=False):
        return [self.answer(query, limit, every_word) for query in queries]

    def close(self):
        self.database.close()


class Xapian:
    """Xapian with its German stemmer."""
    name = 'Xapian german'

    def __init__(self, documents):
        try:
            import xapian
        except ImportError:
            raise NotInstalled('python3-xapian')
        self.xapian = xapian
        self.database = xapian.WritableDatabase('', xapian.DB_BACKEND_INMEMORY)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem('german'))
        generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for title, body in documents:
            document = xapian.Document()
            generator.set_document(document)
            generator.index_text(title, TITLE_WEIGHT)
            generator.increase_termpos()
            generator.index_text(body)
            self.database.add_document(document)
        self.parser = xapian.QueryParser()
        self.parser.set_stemmer(xapian.Stem('german'))
        self.parser.set_stemming_strategy(xapian.QueryParser.STEM_ALL)

    def answers(self, queries, limit, every_word=False):
        self.parser.set_default_op(self.xapian.Query.OP_AND if every_word else self.xapian.Query.OP_OR)
        found = []
        for query in queries:
            enquire = self.xapian.Enquire(self.database)
            enquire.set_query(self.parser.parse_query(query, self.xapian.QueryParser.FLAG_PHRASE))
            found.append([match.docid - 1 for match in enquire.get_mset(0, limit)])
        return found

    def close(self):
        self.database.close()


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class PostgreSQL:
    """PostgreSQL's text search configuration `german`, by a server of our own: on loopback, in a new folder, with a password."""
    name = 'PostgreSQL german'
    BIN = '/usr/lib/postgresql/15/bin/'

    def __init__(self, documents):
        if not os.path.exists(self.BIN + 'initdb'):
            raise NotInstalled('postgresql-15')
        self.folder = tempfile.mkdtemp(prefix='nmk-quality-postgresql-')
        self.account = pwd.getpwnam(ROOT_STAND_IN) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.port, self.password, self.server = str(free_port()), secrets.token_hex(16), None
        try:
            self.start()
            self.load(documents)
        except BaseException:
            self.close()
            raise

    def write(self, name, rows):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf8', newline='') as file:
            csv.writer(file).writerows(rows)
        return path

    def run(self, *command, **options):
        if os.getuid() == 0:
            options.update(user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[])
        return subprocess.run(command, check=True, capture_output=True, cwd=self.folder, text=True, **options).stdout

    def start(self):
        secret = os.path.join(self.folder, 'password')
        with open(secret, 'w', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(self.password)
        for path in (self.folder, secret):
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        data = os.path.join(self.folder, 'data')
        self.run(self.BIN + 'initdb', '-D', data, '-U', 'quality', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8',
                 '--locale', 'C.UTF-8', '--no-sync')
        settings = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories='' -c fsync=off"
        self.run(self.BIN + 'pg_ctl', '-D', data, '-l', os.path.join(self.folder, 'log'), '-w', '-o', settings, 'start')
        self.server = data

    def sql(self, text):
        return self.run(self.BIN + 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', self.port,
                        '-U', 'quality', 'postgres', input=text, env={'PGPASSWORD': self.password, 'LC_ALL': 'C.UTF-8'})

    def load(self, documents):
        path = self.write('documents', ((i, title, body) for i, (title, body) in enumerate(documents)))
        os.chmod(path, 0o644)
        self.sql(f"""CREATE TABLE document (id integer PRIMARY KEY, title text, body text, words tsvector);
                     \\copy document (id, title, body) FROM '{path}' CSV
                     UPDATE document SET words = setweight(to_tsvector('german', title), 'A') || to_tsvector('german', body);
                     CREATE INDEX ON document USING gin (words);
                     ANALYZE document;""")

    def answers(self, queries, limit, every_word=False):
        path = self.write('queries', enumerate(queries))
        os.chmod(path, 0o644)
        asked = "websearch_to_tsquery('german', text)" if every_word else \
            "replace(plainto_tsquery('german', text)::text, '&', '|')::tsquery"
        rows = self.sql(f"""CREATE TEMPORARY TABLE query (id integer, text text);
                            \\copy query FROM '{path}' CSV
                            SELECT q.id, array_to_string(ARRAY(
                                SELECT d.id FROM document d WHERE d.words @@ q.asked
                                 ORDER BY d.words @@ q.every DESC, ts_rank(d.words, q.asked) DESC, d.id LIMIT {limit}), ',')
                              FROM (SELECT id, {asked} AS asked, plainto_tsquery('german', text) AS every FROM query) q ORDER BY q.id;""")
        return [[int(number) for number in row.split('|')[1].split(',') if number] for row in rows.splitlines()]

    def close(self):
        if self.server:
            self.run(self.BIN + 'pg_ctl', '-D', self.server, '-m', 'immediate', '-w', 'stop')
        shutil.rmtree(self.folder)


def parts_of(query):
    """Words and "phrases": what FTS5 is asked for one by one."""
    parts = []
    for i, part in enumerate(query.split('"')):
        parts += [part] if i % 2 and part.strip() else part.split()
    return parts or [query]


ALL = (FTS5, Xapian, PostgreSQL)
