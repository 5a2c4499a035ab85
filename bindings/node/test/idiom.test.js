'use strict';
// The package as people use it.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Readable } = require('node:stream');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');
const { PASSWORD, PDF, World, nanomarket, packageOf } = require('./world.js');

const MISSING = '00000000-0000-8000-8000-000000000000';

test('values have the types of JavaScript', (t) => {
  const world = new World(t);
  const nano = world.published();
  assert.equal(nano.publishedAt.getTime(), world.clock.now);
  assert.equal(nano.archivedAt, null);
  assert.equal(nano.status, 'published');
  assert.equal(nano.status, nanomarket.NanoState.PUBLISHED);
  assert.deepEqual(nano.categoryNames, ['Recht']);
  assert.equal(nano.toJSON().id, nano.id);
  assert.match(inspect(nano), /^Nano \{/);
  assert.equal(JSON.parse(JSON.stringify(nano)).title, 'Datenschutz');
});

test('every asynchronous call has a synchronous twin with the same answer', async (t) => {
  const world = new World(t);
  const nano = world.published();
  assert.deepEqual((await world.guest.nanoGet(nano.id)).toJSON(), world.guest.nanoGetSync(nano.id).toJSON());
  const names = Object.getOwnPropertyNames(nanomarket.Session.prototype);
  assert.ok(names.filter((name) => name.endsWith('Sync')).length > 60);
  for (const name of names.filter((n) => n.endsWith('Sync'))) assert.ok(names.includes(name.slice(0, -4)), name);
});

test('values outlive page, session and market', async (t) => {
  const world = new World(t);
  world.published();
  const nano = (await world.guest.nanoList().page()).at(0);
  world.market.close();
  assert.equal(nano.title, 'Datenschutz');
});

test('a list is iterated over its pages', async (t) => {
  const world = new World(t);
  const titles = Array.from({ length: 23 }, (_, i) => `Nummer ${String(i).padStart(2, '0')}`);
  for (const title of titles) world.creator.nanoCreateSync({ title });
  const options = { status: 'draft', order: 'title', limit: 10 };
  const found = [];
  for await (const nano of world.creator.nanoList(options)) found.push(nano.title);
  assert.deepEqual(found, titles);
  assert.deepEqual([...world.creator.nanoListSync(options)].map((nano) => nano.title), titles);
  const sizes = [];
  for await (const page of world.creator.nanoList(options).pages()) sizes.push(page.length);
  assert.deepEqual(sizes, [10, 10, 3]);
  const page = await world.creator.nanoList(options).page();
  assert.equal(page.at(-1).title, 'Nummer 09');
  assert.equal(page.at(10), undefined);
  assert.equal((await world.creator.nanoList({ ...options, cursor: page.nextCursor }).page()).at(0).title, 'Nummer 10');
});

test('an update tells null from not given', async (t) => {
  const world = new World(t);
  const nano = await world.creator.nanoCreate({ title: 'Eins', description: 'Lang' });
  assert.equal((await world.creator.nanoUpdate(nano.id, { title: 'Zwei' })).description, 'Lang');
  assert.equal((await world.creator.nanoUpdate(nano.id, { description: null })).description, null);
});

test('errors mean what they say', async (t) => {
  const world = new World(t);
  const missing = { name: 'NanomarketError', code: 'NMK_ENOTFOUND', status: -4, operation: 'nano_get', httpStatus: 404 };
  await assert.rejects(world.guest.nanoGet(MISSING), missing);
  assert.throws(() => world.guest.nanoGetSync(MISSING), missing);
  await assert.rejects(world.creator.nanoCreate({ title: ' ' }), { code: 'NMK_EINVALID', field: 'title' });
  await assert.rejects(world.guest.userList().page(), { code: 'NMK_ELOGIN' });
  await assert.rejects(nanomarket.open(path.join(world.folder, 'none.db')), { code: 'NMK_ENOTFOUND' });
  assert.throws(() => nanomarket.jwtVerify('x', { jwks: '{"keys": []}', issuer: 'i', audience: 'a' }), { code: 'NMK_ELOGIN', field: 'token' });
});

test('the message is in the language of the session', (t) => {
  const world = new World(t);
  const messages = ['en', 'de'].map((language) => {
    world.guest.setLanguage(language);
    try {
      world.guest.userFindSync('nobody');
    } catch (error) {
      return error.message;
    }
    return undefined;
  });
  assert.notEqual(messages[0], messages[1]);
});

test('a limit tells when to try again', async (t) => {
  const world = new World(t);
  world.guest.setClient({ address: '192.0.2.1' });
  await assert.rejects(async () => {
    for (let i = 0; i < 100; i++) await world.guest.passwordRequestReset('nobody@example.org');
  }, (error) => error.code === 'NMK_ELIMIT' && error.retryAfterMs > 0);
});

test('login', async (t) => {
  const world = new World(t);
  world.member('lena');
  const session = await world.market.login('lena@example.org', PASSWORD);
  assert.equal(session.userId(), (await session.userFind('lena')).id);
  assert.equal(typeof session.knownDevice(), 'string');
  await session.logout();
  assert.equal(session.userId(), null);
  await assert.rejects(world.market.login('lena@example.org', 'wrong wrong wrong'), { code: 'NMK_ELOGIN' });
  assert.throws(() => world.market.loginSync('lena@example.org', 'wrong wrong wrong'), { code: 'NMK_ELOGIN' });
});

test('a package goes in as bytes, file, stream or Blob, and comes out as bytes, file or stream', async (t) => {
  const world = new World(t);
  const content = packageOf(300_000);
  const file = path.join(world.folder, 'p.zip');
  fs.writeFileSync(file, content);
  const sources = [content, new Uint8Array(content), content.buffer.slice(content.byteOffset, content.byteOffset + content.length),
    new DataView(content.buffer, content.byteOffset, content.length), file, pathToFileURL(file), fs.createReadStream(file), new Blob([content]),
    Readable.from([content.subarray(0, 1000), content.subarray(1000)])];
  let nano;
  for (const source of sources) {
    nano = await world.creator.nanoCreate({ title: 'Paket' });
    const version = await world.creator.packageUpload(nano.id, source);
    assert.equal(version.size, content.length);
    assert.ok(content.equals(await world.creator.packageDownload(nano.id)));
  }
  assert.ok(content.subarray(100, 150).equals(world.creator.packageDownloadSync(nano.id, { offset: 100, length: 50 })));
  await world.creator.packageDownloadFile(nano.id, path.join(world.folder, 'out.zip'));
  assert.ok(content.equals(fs.readFileSync(path.join(world.folder, 'out.zip'))));
  const chunks = [];
  for await (const chunk of await world.creator.packageDownloadStream(nano.id)) chunks.push(chunk);
  assert.ok(content.equals(Buffer.concat(chunks)));
  const entries = await world.creator.packageList(nano.id);
  assert.deepEqual([...entries].map((entry) => entry.name), ['index.pdf', 'big.txt']);
  assert.equal(entries.at(0).mediaType, 'application/pdf');
  assert.ok(PDF.equals(await world.creator.packageReadEntry(nano.id, 'index.pdf')));
  assert.ok(PDF.subarray(1, 4).equals(world.creator.packageReadEntrySync(nano.id, 'index.pdf', { offset: 1, length: 3 })));
});

test('a stream that fails or is too large changes nothing', async (t) => {
  const world = new World(t);
  const nano = await world.creator.nanoCreate({ title: 'Paket' });
  await assert.rejects(world.creator.packageUpload(nano.id, (async function* broken() { yield packageOf(); throw new RangeError('broken'); })()), /broken/);
  const most = nanomarket.packageBytesMaximum();
  async function* endless() { for (let chunk = Buffer.alloc(1 << 24); ;) yield chunk; }
  await assert.rejects(world.creator.packageUpload(nano.id, endless()), { code: 'NMK_ELIMIT', field: 'package' });
  assert.ok(most > 0);
  assert.equal((await world.creator.nanoGet(nano.id)).version, null);
});

test('bytes of an asynchronous call may change at once', async (t) => {
  const world = new World(t);
  const content = packageOf(10_000);
  const nano = await world.creator.nanoCreate({ title: 'Paket' });
  for (const queued of [false, true]) {
    const bytes = Buffer.from(content);
    const before = queued ? world.creator.nanoGet(nano.id) : undefined;
    const upload = world.creator.packageUpload(nano.id, bytes);
    bytes.fill(0);
    await before;
    await upload;
  }
  assert.ok(content.equals(await world.creator.packageDownload(nano.id)));
});

test('progress is told in order, and before the promise settles', async (t) => {
  const world = new World(t);
  world.published();
  const steps = [];
  await world.system.marketBackup(path.join(world.folder, 'b.db'), { progress: (done, total) => steps.push([done, total]) });
  assert.ok(steps.length > 0);
  const count = steps.length;
  await new Promise(setImmediate);
  assert.equal(steps.length, count);
});

test('a synchronous callback stops with false, and with what it throws', (t) => {
  const world = new World(t);
  const file = path.join(world.folder, 'b.db');
  assert.throws(() => world.system.marketBackupSync(file, { progress: () => false }), { code: 'NMK_ECANCELLED' });
  assert.throws(() => world.system.marketBackupSync(file, { progress: () => { throw new RangeError('of the callback'); } }), /of the callback/);
  assert.ok(!fs.existsSync(file));
});

test('a signal stops what is under way, and what has not begun', async (t) => {
  const world = new World(t);
  const file = path.join(world.folder, 'b.db');
  const aborted = AbortSignal.abort(new Error('before'));
  await assert.rejects(world.system.nanoGet(MISSING, { signal: aborted }), /before/);
  await assert.rejects(world.system.marketBackup(file, { signal: aborted }), /before/);
  const controller = new AbortController();
  const backup = world.system.marketBackup(file, { signal: controller.signal });
  controller.abort(new Error('under way'));
  await assert.rejects(backup, /under way/);
  assert.ok(!fs.existsSync(file));
  const later = new AbortController();
  const first = world.system.userFind('admin');
  const second = world.system.userFind('admin', { signal: later.signal });
  later.abort(new Error('in the queue'));
  await first;
  await assert.rejects(second, /in the queue/);
});

test('a backup is restored with the root key', async (t) => {
  const world = new World(t);
  const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const nano = world.published();
  await world.system.keysChangeRoot({ callback: key });
  await world.system.marketBackup(path.join(world.folder, 'b.db'));
  await nanomarket.marketRestore(path.join(world.folder, 'b.db'), pathToFileURL(path.join(world.folder, 'r.db')));
  const restored = await nanomarket.open(path.join(world.folder, 'r.db'), { rootKey: () => key });
  assert.equal((await restored.session().nanoGet(nano.id)).title, nano.title);
  restored.close();
  await assert.rejects(nanomarket.open(path.join(world.folder, 'r.db'), { rootKey: Buffer.alloc(32) }), { code: 'NMK_EDENIED' });
});

test('search knows words of the market\'s own', async (t) => {
  const world = new World(t);
  world.published();
  const market = await nanomarket.open(world.path, { searchWords: 'DSGVO = Datenschutz\n' });
  assert.deepEqual([...market.session().searchSync({ text: 'DSGVO' })].map((nano) => nano.title), ['Datenschutz']);
  market.close();
  await assert.rejects(nanomarket.open(world.path, { searchWords: 'gut\n|halb\n' }),
    { code: 'NMK_EINVALID', field: 'search_words', message: /line 2/ });
  assert.throws(() => nanomarket.openSync(world.path, { searchWords: ['DSGVO'] }), TypeError);
});

test('slips in options and words are not overlooked', async (t) => {
  const world = new World(t);
  await assert.rejects(world.creator.nanoCreate({ titel: 'x' }), { name: 'TypeError', message: /titel/ });
  await assert.rejects(world.creator.nanoCreate({ title: 'x', format: 'film' }), { name: 'TypeError', message: /video, text/ });
  assert.throws(() => world.creator.nanoListSync({ signal: new AbortController().signal }), { name: 'TypeError' });
  await assert.rejects(world.admin.userSuspend(MISSING, 'r', '2030-01-01'), { name: 'TypeError' });
});

test('words and flags', () => {
  const meter = nanomarket.passwordMeasure('abc');
  assert.ok(meter.suggestions.includes('longer') && meter.suggestions.includes('digit'));
  assert.equal(meter.strength, 'weak');
  assert.equal(nanomarket.License.CC_BY_SA, 'CC-BY-SA');
  assert.equal(nanomarket.version, nanomarket.libraryVersion());
});

test('the words in the types are those of the library', () => {
  const types = fs.readFileSync(path.join(path.dirname(require.resolve(process.env.NANOMARKET_PACKAGE ?? 'nanomarket')), 'index.d.ts'), 'utf8');
  let checked = 0;
  for (const [name, constants] of Object.entries(nanomarket)) {
    if (!Object.isFrozen(constants) || typeof constants !== 'object') continue;
    const union = types.match(new RegExp(`^export type ${name} = (.*);$`, 'm'))[1].split(' | ').map((word) => JSON.parse(word));
    assert.deepEqual(union, Object.values(constants), name);
    checked++;
  }
  assert.ok(checked > 15);
});

test('secrets are not printed', async (t) => {
  const world = new World(t);
  const tokens = await world.consumer.tokenIssue();
  assert.ok(!inspect(tokens).includes(tokens.accessToken));
  assert.ok(!inspect({ deep: [tokens] }).includes(tokens.refreshToken));
});

test('nothing half built can be made', async () => {
  for (const Class of [nanomarket.Market, nanomarket.Session, nanomarket.Nano, nanomarket.Page, nanomarket.Listing]) {
    assert.throws(() => new Class(), { name: 'TypeError' });
  }
  for (const Class of [nanomarket.Market, nanomarket.Session]) assert.throws(() => Object.create(Class.prototype).closed, { name: 'TypeError' });
  assert.throws(() => Object.create(nanomarket.Nano.prototype).title, { code: 'ERR_INVALID_THIS' });
  await assert.rejects(Object.create(nanomarket.Listing.prototype).page(), { name: 'TypeError' });
});

test('import and require give the same module', () => {
  const target = process.env.NANOMARKET_PACKAGE ? pathToFileURL(path.join(process.env.NANOMARKET_PACKAGE, 'lib', 'index.mjs')).href : 'nanomarket';
  const code = `import whole, { open, Session, Nano, NanoState, NanomarketError, passwordMeasure } from ${JSON.stringify(target)};
    if (whole.open !== open || whole.Session !== Session || typeof Nano !== 'function' || NanoState.DRAFT !== 'draft') process.exit(1);
    for (const name of Object.keys(whole)) if (!(await import(${JSON.stringify(target)}))[name]) { console.log(name); process.exit(2); }`;
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: __dirname, stdio: 'pipe' });
});

test('the package brings the lexicon of German', (t) => {
  const world = new World(t);
  const nano = world.published('Umsatzsteuervoranmeldung');
  for (const text of ['Steuer', 'Voranmeldung', 'Umsatzsteuer']) {
    assert.deepEqual([...world.guest.searchSync({ text, strict: true })].map((found) => found.id), [nano.id]);
  }
});

test('a search corrects and marks', async (t) => {
  const world = new World(t);
  world.published('Datenschutz & Büro');
  const page = await world.guest.search({ text: 'datenshutz', snippetCharacters: 100 }).page();
  assert.deepEqual([page.corrected, page.corrections, page.total], [true, ['Datenschutz'], 1]);
  assert.deepEqual(page.htmlTitles, ['<mark>Datenschutz</mark> &amp; Büro']);
  assert.ok(page.snippets[0] && page.htmlSnippets.length === 1);
  const strict = world.guest.searchSync({ text: 'datenshutz', strict: true }).page();
  assert.deepEqual([strict.corrected, strict.corrections, strict.total], [false, ['Datenschutz'], 0]);
  assert.deepEqual(world.guest.searchSync({ text: 'datenschutz' }).page().htmlSnippets, [null]);
});

test('a search is saved and found again', async (t) => {
  const world = new World(t);
  world.published('Datenschutz im Büro');
  const saved = await world.consumer.savedSearchCreate('Büro', true, { text: 'datenschutz', durations: ['short'], language: 'de' });
  assert.deepEqual([saved.name, saved.text, saved.language, saved.alert], ['Büro', 'datenschutz', 'de', true]);
  assert.deepEqual([...(await world.consumer.savedSearchList().page())].map((one) => one.id), [saved.id]);
  await world.consumer.savedSearchDelete(saved.id);
  assert.equal((await world.consumer.savedSearchList().page()).length, 0);
});

test('a search counts and explains', async (t) => {
  const world = new World(t);
  const nano = world.published('Datenschutz im Büro');
  world.published('Datenschutz zu Hause');
  const page = await world.guest.search({ text: 'datenschutz', facets: ['topic', nanomarket.SearchFacet.DURATION], explain: true }).page();
  assert.ok(page instanceof nanomarket.SearchPage && page instanceof nanomarket.Page);
  assert.deepEqual([page.total, page.length, page.relaxed, page.missing], [2, 2, false, []]);
  assert.deepEqual(page.facets('topic'), [{ value: nano.categoryIds[0], name: 'Recht', hits: 2, chosen: false }]);
  assert.deepEqual(page.facets('duration').map((facet) => [facet.value, facet.hits]), [['1-15', 2]]);
  assert.deepEqual(page.facets('level'), []);
  assert.ok(page.scores[0] >= page.scores[1] && page.scores[1] > 0);
  assert.ok(page.explanations.every((explanation) => typeof JSON.parse(explanation) === 'object'));
  const relaxed = world.guest.searchSync({ text: 'datenschutz quantencomputer' }).page();
  assert.deepEqual([relaxed.relaxed, relaxed.missing, relaxed.total], [true, ['quantencomputer'], 2]);
  const given = { durations: ['short', 'long'], categoryIds: [nano.categoryIds[0]], languages: ['de', 'en'], sort: 'newest', weights: { title: -1 } };
  for await (const found of world.guest.search(given).pages()) assert.ok(found instanceof nanomarket.SearchPage);
  for (const wrong of [{ durations: 'short' }, { durations: ['nonsense'] }, { languages: 'de' }, { facets: ['all together'] }]) {
    assert.throws(() => world.guest.searchSync(wrong).page(), TypeError);
  }
});
