'use strict';
// Closing, order, the end of the process, workers, memory, hostile arguments.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { PASSWORD, World, nanomarket, packageOf } = require('./world.js');

const PACKAGE = process.env.NANOMARKET_PACKAGE ?? 'nanomarket';
const folder = path.dirname(require.resolve(PACKAGE));
const native = require(path.join(folder, 'binding.js'));

function run(code, ...more) {
  return spawnSync(process.execPath, [...more, '-e', `const nanomarket = require(${JSON.stringify(PACKAGE)}); ${code}`],
    { cwd: __dirname, encoding: 'utf8', timeout: 60_000 });
}

test('closing twice does nothing, and calls afterwards say so', async (t) => {
  const world = new World(t);
  world.guest.close();
  world.guest.close();
  assert.ok(world.guest.closed);
  await assert.rejects(world.guest.nanoList().page(), { code: 'ERR_NANOMARKET_CLOSED' });
  world.market.close();
  world.market.close();
  assert.ok(world.market.closed && world.system.closed);
  assert.throws(() => world.market.session(), { code: 'ERR_NANOMARKET_CLOSED' });
  assert.throws(() => world.system.userId(), { code: 'ERR_NANOMARKET_CLOSED' });
});

test('using closes', async (t) => {
  const world = new World(t);
  const session = world.market.session();
  session[Symbol.dispose]();
  assert.ok(session.closed);
  await world.market[Symbol.asyncDispose]();
  assert.ok(world.market.closed);
});

test('a call that is under way ends before its session and market close', async (t) => {
  const world = new World(t);
  world.member('lena');
  const session = world.market.session();
  const login = session.login('lena@example.org', PASSWORD);
  const waiting = session.userFind('lena');
  world.market.close();
  assert.ok(session.closed);
  await login;
  await assert.rejects(waiting, { code: 'ERR_NANOMARKET_CLOSED' });
});

test('the calls of a session come in order, and a synchronous one does not wait', async (t) => {
  const world = new World(t);
  const nano = await world.creator.nanoCreate({ title: 'Eins' });
  const updates = Array.from({ length: 20 }, (_, i) => world.creator.nanoUpdate(nano.id, { title: `Titel ${i}` }));
  for (const early of [() => world.creator.nanoGetSync(nano.id), () => world.creator.packageDownloadSync(nano.id), () => world.creator.userId()]) {
    assert.throws(early, { code: 'ERR_NANOMARKET_IN_USE', httpStatus: 409, status: -7 });
  }
  const titles = (await Promise.all(updates)).map((updated) => updated.title);
  assert.deepEqual(titles, Array.from({ length: 20 }, (_, i) => `Titel ${i}`));
  assert.equal(world.creator.nanoGetSync(nano.id).title, 'Titel 19');
});

test('a synchronous callback that uses its own session is told so', (t) => {
  const world = new World(t);
  assert.throws(() => world.system.marketBackupSync(path.join(world.folder, 'b.db'), { progress: () => world.system.userFindSync('admin') }),
    { code: 'ERR_NANOMARKET_REENTERED' });
  assert.equal(world.system.userFindSync('admin').username, 'admin');
});

test('the event loop goes on while passwords are hashed', async (t) => {
  const world = new World(t);
  for (const name of ['lena', 'mona', 'nora']) world.member(name);
  let ticks = 0;
  const timer = setInterval(() => { ticks++; }, 1);
  for (let i = 0; i < 20 && ticks < 10; i++) {
    await Promise.all(['lena', 'mona', 'nora'].map((name) => world.market.login(`${name}@example.org`, PASSWORD)));
  }
  clearInterval(timer);
  assert.ok(ticks >= 10, `${ticks} ticks`);
});

test('a worker has its own sessions, and may be ended during a call', async (t) => {
  const world = new World(t);
  world.member('lena');
  const code = `const { parentPort, workerData } = require('node:worker_threads'); const nanomarket = require(workerData.package);
    const market = nanomarket.openSync(workerData.path, { passwordMemoryKib: 19456 }); parentPort.postMessage('ready');
    (async () => { for (;;) await market.login('lena@example.org', workerData.password).catch((e) => { if (e.code !== 'NMK_EDENIED') throw e; }); })();`;
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(code, { eval: true, workerData: { package: require.resolve(PACKAGE), path: world.path, password: PASSWORD } });
    await once(worker, 'message');
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    await worker.terminate();
  }
  assert.equal((await world.guest.userFind('lena')).username, 'lena');
});

for (const [name, last] of [['nothing closed', ''], ['the market closed', 'market.close();'], ['the session closed', 'session.close();'],
  ['calls under way', 'market.login("a@example.org", "x".repeat(20)).catch(() => {}); session.marketBackup(process.argv[1] + ".b", { progress() {} });'],
  ['ended within a call', 'market.login("a@example.org", "x".repeat(20)).catch(() => {}); process.exit(0);']]) {
  test(`the process ends: ${name}`, (t) => {
    const world = new World(t);
    const done = run(`const market = nanomarket.openSync(${JSON.stringify(path.join(world.folder, 'm.db'))}, { create: true, clock: new nanomarket.Clock() });
      const session = market.system(); const user = session.userAddSync('admin', { email: 'a@example.org', username: 'anna' });
      const page = session.userListSync().page(); process.argv[1] = ${JSON.stringify(path.join(world.folder, 'm.db'))}; ${last}`);
    assert.deepEqual([done.status, done.stderr], [0, '']);
  });
}

test('memory is flat over 10 000 rounds', (t) => {
  const world = new World(t);
  const nano = world.published();
  world.market.close();
  const done = run(`
    const market = nanomarket.openSync(${JSON.stringify(world.path)}); const guest = market.session();
    function rounds(count) {
      for (let i = 0; i < count; i++) {
        if (guest.nanoGetSync(${JSON.stringify(nano.id)}).title !== 'Datenschutz') throw new Error();
        if (i % 10 === 0) {
          if (guest.searchSync({ text: 'datenschutz' }).page().length !== 1) throw new Error();
          try { guest.userFindSync('nobody'); } catch {}
          market.session().close();
        }
      }
    }
    async function settle() { for (let i = 0; i < 5; i++) { global.gc(); await new Promise(setImmediate); } return process.memoryUsage().rss; }
    // A leak grows in each window of 10 000 rounds, what V8 keeps for later does not.
    (async () => {
      rounds(10_000);
      const grown = [];
      for (let last = await settle(); grown.length < 6; ) {
        rounds(10_000);
        const now = await settle();
        grown.push((now - last) / 1e6);
        if (now - last < 1e6) process.exit(0);
        last = now;
      }
      console.log(grown.join(' MB, '));
      process.exit(1);
    })();`, '--expose-gc');
  assert.equal(done.status, 0, done.stdout + done.stderr);
});

test('nothing is left of what was let go', (t) => {
  const world = new World(t);
  const nano = world.published();
  world.market.close();
  const done = run(`
    const native = require(${JSON.stringify(path.join(folder, 'binding.js'))});
    const before = native.live_objects();
    async function use() {
      const market = nanomarket.openSync(${JSON.stringify(world.path)}, { clock: new nanomarket.Clock() });
      const consumer = await market.actAs('consumer');
      for await (const found of consumer.search({ text: 'datenschutz' })) if (found.categoryIds.length !== 1) throw new Error();
      const [chat] = await consumer.chatOpen(${JSON.stringify(nano.id)});
      await consumer.chatSend(chat.id, { text: 'Hallo' });
      const wait = consumer.chatWait(1, 60_000, { chatId: chat.id });
      const refused = consumer.userFind('nobody').catch((error) => error.code);
      consumer.close();
      const codes = [await wait.catch((error) => error.code), await refused];
      if (String(codes) !== 'NMK_ECANCELLED,ERR_NANOMARKET_CLOSED') throw new Error(codes);
      nanomarket.e2eIdentityCreate(1).addOneTime(2);
      if (native.live_objects() <= before) throw new Error();
      market.close();
    }
    (async () => {
      await use();
      for (let i = 0; i < 200 && native.live_objects() > before; i++) { global.gc(); await new Promise((resolve) => { setTimeout(resolve, 5); }); }
      console.log(native.live_objects() - before);
    })();`, '--expose-gc');
  assert.deepEqual([done.status, done.stdout.trim(), done.stderr], [0, '0', '']);
});

const HOSTILE = [undefined, null, 0, 1, -1, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1.5, NaN, Infinity, 10n, 2n ** 63n, true, '', 'x', 'a\0b', '\ud800', 'x'.repeat(100_000),
  Buffer.alloc(0), Buffer.from('x'), new Uint16Array(4), [], [1], {}, { title: 1 }, { read: 1 }, () => {}, Symbol('s'), new Date(), new Proxy({}, {}),
  Object.create(null), { get title() { throw new RangeError('getter'); } }];

test('hostile arguments raise and crash nothing', (t) => {
  const world = new World(t);
  const nano = world.published();
  const core = require(path.join(folder, 'core.js'));
  const detached = new ArrayBuffer(8);
  const view = new Uint8Array(detached);
  structuredClone(detached, { transfer: [detached] });
  const faked = Object.create(Object.getPrototypeOf(core.handleOf(nano)));
  const values = [...HOSTILE, detached, view, faked];
  const handles = [core.handleOf(world.guest), core.handleOf(world.market), core.handleOf(nano)];
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  t.after(() => { Error.stackTraceLimit = stackTraceLimit; });
  let calls = 0;
  let wrong = 0;
  for (const name of Object.getOwnPropertyNames(native)) {
    if (typeof native[name] !== 'function' || /^(close_|setErrorFactory|callAsync|prototype|live_objects)/.test(name)) continue;
    for (const first of [...handles, ...values]) {
      for (let count = 0; count < (handles.includes(first) ? 7 : 1); count++) {
        for (const value of count === 1 ? values : values.slice(0, 8)) {
          calls++;
          try {
            native[name](...[first, ...Array(count).fill(value)]);
          } catch (error) {
            if (!(error instanceof TypeError || error instanceof RangeError || error instanceof nanomarket.NanomarketError
              || /arguments|getter|Illegal|constructor|construct/.test(error.message))) wrong++;
          }
        }
      }
    }
  }
  assert.ok(calls > 50_000, `${calls}`);
  assert.equal(wrong, 0);
  assert.equal(world.guest.nanoGetSync(nano.id).title, 'Datenschutz');
});

test('wrong arguments raise what Node raises', async (t) => {
  const world = new World(t);
  const core = require(path.join(folder, 'core.js'));
  const nano = world.published();
  const table = [
    [() => world.guest.nanoGetSync(1), 'ERR_INVALID_ARG_TYPE'],
    [() => world.guest.nanoGetSync('a\0b'), 'ERR_INVALID_ARG_VALUE'],
    [() => world.guest.nanoGetSync('\ud800'), 'ERR_INVALID_ARG_VALUE'],
    [() => world.moderator.nanoReviewQueueSync({ limit: 2 ** 31 }).page(), 'ERR_OUT_OF_RANGE'],
    [() => world.moderator.nanoReviewQueueSync({ limit: 1.5 }).page(), 'ERR_OUT_OF_RANGE'],
    [() => world.moderator.nanoReviewQueueSync({ limit: NaN }).page(), 'ERR_OUT_OF_RANGE'],
    [() => world.system.outboxTakeSync(2 ** 63), 'ERR_OUT_OF_RANGE'],
    [() => world.system.outboxTakeSync(10n), 'ERR_INVALID_ARG_TYPE'],
    [() => world.system.marketCheckSync(1), 'ERR_INVALID_ARG_TYPE'],
    [() => world.system.keysChangeRootSync({ callback: Buffer.from('short') }), 'ERR_OUT_OF_RANGE'],
    [() => world.creator.nanoCreateSync({ title: 'x', categoryIds: 'abc' }), 'ERR_INVALID_ARG_TYPE'],
    [() => world.creator.nanoCreateSync({ title: 'x', categoryIds: [1] }), 'ERR_INVALID_ARG_TYPE'],
    [() => native.nano_title(core.handleOf(world.market)), 'ERR_INVALID_ARG_TYPE'],
    [() => native.nano_title(Object.create(Object.getPrototypeOf(core.handleOf(nano)))), 'ERR_INVALID_ARG_TYPE'],
    [() => native.nano_title(null), 'ERR_INVALID_ARG_TYPE'],
    [() => world.creator.packageUploadSync(nano.id, 5), 'ERR_INVALID_ARG_TYPE'],
  ];
  for (const [call, code] of table) assert.throws(call, { code }, String(call));
  await assert.rejects(world.guest.nanoGet(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.ok(packageOf().length > 0);
});
