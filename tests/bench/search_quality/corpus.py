"""The corpus: the German help of LibreOffice (Debian: libreoffice-help-de), and its index entries as queries, each with the pages
that the entry points to. Nothing of it is kept: what is made lies in the folder that the caller names."""
import glob
import html
import html.parser
import os
import random
import re
import unicodedata

HELP = '/usr/share/libreoffice/help/'
TYPO_SEED = 11

# ---- pages ----

SKIPPED = {'script', 'style', 'head', 'header', 'aside', 'nav', 'noscript', 'title'}
BLOCKS = {'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'td', 'th', 'tr', 'div', 'br', 'table', 'dt', 'dd', 'pre', 'ul', 'ol'}
PAGE_SHORTEST = 60


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.title, self.skipped, self.in_title = [], '', 0, False

    def handle_starttag(self, tag, attributes):
        self.in_title = self.in_title or tag == 'title'
        self.skipped += tag in SKIPPED
        if tag in BLOCKS:
            self.text.append('\n')

    def handle_endtag(self, tag):
        self.in_title = self.in_title and tag != 'title'
        self.skipped -= tag in SKIPPED and self.skipped > 0
        if tag in BLOCKS:
            self.text.append('\n')

    def handle_data(self, data):
        if self.in_title:
            self.title += data
        elif not self.skipped:
            self.text.append(data)


def line(text):
    """One line without what cannot be seen: the same for every system."""
    text = ''.join(' ' if unicodedata.category(c) in ('Cc', 'Zl', 'Zp') else c for c in text
                   if unicodedata.category(c) not in ('Cf', 'Co', 'Cn', 'Cs'))
    return re.sub(r'\s+', ' ', text).strip()


def read_pages():
    """[(title, body)], and {path below HELP: number in the list}"""
    pages, numbers = [], {}
    for path in sorted(glob.glob(HELP + 'de/text/**/*.html', recursive=True)):
        page = Page()
        with open(path, encoding='utf8', errors='replace') as file:
            page.feed(file.read())
        title, body = line(page.title), line(''.join(page.text))
        if len(body) >= PAGE_SHORTEST:
            numbers[path[len(HELP):]] = len(pages)
            pages.append((title or body[:60], body))
    return pages, numbers


def read_entries(numbers):
    """{index entry: set of numbers of pages}, in the order of the index"""
    entries = {}
    with open(HELP + 'de/bookmarks.js', encoding='utf8') as file:
        rows = re.findall(r'\{url:"([^"]*)", app:"[^"]*", text:"([^"]*)"\}', file.read())
    for url, text in rows:
        number = numbers.get(url.split('?')[0].split('#')[0])
        text = line(html.unescape(text).replace('--', ' '))
        if number is not None and re.search('[A-Za-zÄÖÜäöü]{3}', text):
            entries.setdefault(text, set()).add(number)
    return entries


# ---- queries ----

ENDINGS = ('e', 'em', 'en', 'er', 'es')
FUNCTION_WORDS = {stem + ending for ending in ENDINGS for stem in
                  'dies jen jed all ander einig ein kein mein dein sein ihr manch solch welch eur euer unser unsr'.split()}
FUNCTION_WORDS |= set('andern dies ein kein mein dein sein ihr euer euch unser soll'.split())
FUNCTION_WORDS |= set(
    'aber als also am an auch auf aus bei bin bis bist da damit dann das dass daß dasselbe dazu dein dem demselben den denn '
    'denselben der derer derselbe derselben des desselben dessen dich die dieselbe dieselben dir doch dort du durch einmal er es '
    'etwas für gegen gewesen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen im in indem ins ist jetzt kann können '
    'könnte machen man mich mir mit muss musste nach nicht nichts noch nun nur ob oder ohne sehr selbst sich sie sind so sollte '
    'sondern sonst über um und uns unter viel vom von vor während war waren warst was weg weil weiter wenn werde werden wie wieder '
    'will wir wird wirst wo wollen wollte würde würden zu zum zur zwar zwischen anderm anderr anders '
    'wer wen wem wessen wann warum viele wieso woher wohin wofür womit worin wodurch woraus wovon worauf gibt gab laut'.split())


def keywords(text):
    words = [word.strip(".'-") for word in re.findall(r"[\w][\w\-\.'’/+#]*", text)]
    kept = [word for word in words if word and word.lower() not in FUNCTION_WORDS]
    return ' '.join(kept) or text


def transliterated(text):
    for umlaut, letters in zip('äöüÄÖÜß', ('ae', 'oe', 'ue', 'Ae', 'Oe', 'Ue', 'ss')):
        text = text.replace(umlaut, letters)
    return text


def stripped(text):
    return text.translate(str.maketrans('äöüÄÖÜ', 'aouAOU')).replace('ß', 'ss')


def mistyped(text, random_source):
    """One typo in the longest word, if that has five letters: a letter lost, added, wrong, doubled or swapped with the next."""
    words = text.split(' ')
    at = max(range(len(words)), key=lambda i: (len(words[i]), -i))
    word, letters = words[at], 'enisratdhulcgmobwfkzpv'
    if len(word) < 5:
        return text
    i = random_source.randrange(1, len(word) - 1)
    kind = random_source.choice(['lost', 'added', 'wrong', 'swapped', 'doubled'])
    if kind == 'lost':
        word = word[:i] + word[i + 1:]
    elif kind == 'added':
        word = word[:i] + random_source.choice(letters) + word[i:]
    elif kind == 'wrong':
        word = word[:i] + random_source.choice([c for c in letters if c != word[i].lower()]) + word[i + 1:]
    elif kind == 'doubled':
        word = word[:i] + word[i] + word[i:]
    elif word[i] == word[i + 1]:
        word = word[:i] + word[i + 1:]
    else:
        word = word[:i] + word[i + 1] + word[i] + word[i + 2:]
    words[at] = word
    return ' '.join(words)


VARIANTS = {'keywords': 'keywords', 'ae': 'umlauts as ae', 'stripped': 'umlauts stripped', 'typo': 'one typo'}


def variants(entries, half=None):
    """{variant: [(query, relevant pages)]}; a variant has only the queries that it changes. Of every second entry if `half` is 0 or 1."""
    queries = {name: [] for name in VARIANTS}
    random_source = random.Random(TYPO_SEED)
    for i, (text, relevant) in enumerate(entries.items()):
        query = keywords(text)
        changed = {'ae': transliterated(query), 'stripped': stripped(query), 'typo': mistyped(query, random_source)}
        if half is not None and i % 2 != half:
            continue
        queries['keywords'].append((query, relevant))
        for name, other in changed.items():
            if other != query:
                queries[name].append((other, relevant))
    return queries


# ---- matching cases: one document, one query, and whether they should meet ----

def read_cases(path):
    """[(group, document, query, should match)]"""
    cases = []
    with open(path, encoding='utf8') as file:
        for row in file:
            fields = row.rstrip('\n').split('\t')
            if not row.startswith('#') and len(fields) >= 4:
                fields[1:3] = (re.sub(r'\\u([0-9a-fA-F]{4})', lambda m: chr(int(m.group(1), 16)), text) for text in fields[1:3])
                cases.append((fields[0], fields[1], fields[2], fields[3] == '1'))
    return cases


def is_installed():
    return os.path.exists(HELP + 'de/bookmarks.js')
