'use strict';
// Chats: waiting for what is new, and what only the two can read.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { World, nanomarket } = require('./world.js');

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i));

test('a wait ends with what is new', async (t) => {
  const world = new World(t);
  const [chat, created] = await world.consumer.chatOpen(world.published().id);
  assert.ok(created && chat.partner === 'creator');
  const waiting = world.creator.chatWait(0, 60_000, { chatId: chat.id });
  const sent = await world.consumer.chatSend(chat.id, { text: 'Gibt es ein PDF?' });
  assert.equal(await waiting, sent.sequence);
  const messages = await world.creator.chatMessages(chat.id, 0);
  assert.deepEqual([...messages].map((message) => message.text), ['Gibt es ein PDF?']);
});

test('a wait that gets nothing answers what was asked with', async (t) => {
  const world = new World(t);
  const [chat] = world.consumer.chatOpenSync(world.published().id);
  assert.equal(await world.consumer.chatWait(0, 1, { chatId: chat.id }), 0);
  await assert.rejects(world.consumer.chatWait(0, 3_600_001, { chatId: chat.id }), { code: 'NMK_EINVALID' });
});

test('the host waits for all', async (t) => {
  const world = new World(t);
  let seen = 0;
  for (let changes; (changes = await world.system.changesWait(seen, 0)).length > 0;) seen = changes.at(-1).changeNumber;
  const [chat] = world.consumer.chatOpenSync(world.published().id);
  const waiting = world.system.changesWait(seen, 60_000);
  world.consumer.chatSendSync(chat.id, { text: 'Hallo' });
  assert.ok((await waiting).length > 0);
});

test('a wait ends at once when it is cancelled, closed or its signal says so', async (t) => {
  const world = new World(t);
  const [chat] = world.consumer.chatOpenSync(world.published().id);
  const start = () => {
    const session = world.market.actAsSync('consumer');
    return [session, session.chatWait(0, 3_600_000, { chatId: chat.id })];
  };
  const [first, one] = start();
  first.chatCancelWait();
  await assert.rejects(one, { code: 'NMK_ECANCELLED' });
  const [second, two] = start();
  second.close();
  await assert.rejects(two, { code: 'NMK_ECANCELLED' });
  const abort = new AbortController();
  const third = world.market.actAsSync('consumer');
  const three = third.chatWait(0, 3_600_000, { chatId: chat.id, signal: abort.signal });
  setImmediate(() => abort.abort(new Error('enough')));
  await assert.rejects(three, { message: 'enough' });
  assert.equal(await third.chatWait(0, 1, { chatId: chat.id }), 0, 'a signal ends its own wait only');
  await assert.rejects(third.chatWait(0, 1, { chatId: chat.id, signal: AbortSignal.abort(new Error('before')) }), { message: 'before' });
  const [, four] = start();
  world.market.close();
  await assert.rejects(four, { code: 'NMK_ECANCELLED' });
});

test('two who talk end to end', async (t) => {
  const world = new World(t);
  const [chat] = world.consumer.chatOpenSync(world.published().id);
  const carl = nanomarket.e2eIdentityCreate(world.clock.now);
  const lena = nanomarket.e2eIdentityCreate(new Date(world.clock.now));
  const state = await world.creator.prekeyPublish(carl.signedPrekey, { oneTime: carl.addOneTime(10) });
  assert.equal(state.oneTimeLeft, 10);
  await world.consumer.chatMakeEndToEnd(chat.id);

  const bundle = await world.consumer.prekeyTake(chat.creatorId);
  const channel = nanomarket.e2eChannelStart(lena, bundle, chat.id);
  const sealed = channel.encrypt(Buffer.from('Grüße\0!'));
  const sent = await world.consumer.chatSend(chat.id, { ciphertext: sealed });
  assert.equal(sent.text, null);
  assert.deepEqual(sent.ciphertextBytes(), sealed);

  const received = (await world.creator.chatMessages(chat.id, 0)).at(0).ciphertextBytes();
  assert.ok(nanomarket.e2eMessageIsFirst(received));
  const [answering, text] = nanomarket.e2eChannelAccept(carl, received, chat.id);
  assert.equal(text.content.toString(), 'Grüße\0!');
  assert.deepEqual(answering.peer, lena.key);
  const answer = answering.encrypt(Buffer.from('Danke'));
  assert.equal(channel.decrypt(answer).content.toString(), 'Danke');
  assert.throws(() => channel.decrypt(answer), { code: 'NMK_ESTATE' });

  const kept = channel.save(KEY);
  assert.deepEqual(nanomarket.e2eChannelLoad(kept, KEY).peer, carl.key);
  assert.throws(() => nanomarket.e2eChannelLoad(kept, Buffer.alloc(32)), { code: 'NMK_ECORRUPT' });
  assert.deepEqual(nanomarket.e2eIdentityLoad(carl.save(KEY), KEY).key, carl.key);
  assert.equal(nanomarket.e2eSafetyNumber(carl.key, 'carl', lena.key, 'lena'), nanomarket.e2eSafetyNumber(lena.key, 'lena', carl.key, 'carl'));
  assert.equal(nanomarket.e2eReportVerify(text.report(), nanomarket.e2eMessageCommitment(received)).toString(), 'Grüße\0!');
  for (const wrong of [null, 'x', chat, answering, {}]) {
    assert.throws(() => nanomarket.e2eChannelStart(wrong, bundle, chat.id), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.throws(() => channel.save(Buffer.from('short')), { code: 'ERR_OUT_OF_RANGE' });
});

test('what is spam is the host\'s affair', async (t) => {
  const world = new World(t);
  assert.equal(nanomarket.contentCheck('https://mine.example/'), 'fine');
  const [chat] = world.consumer.chatOpenSync(world.published().id);
  const contentFilter = { blockedDomains: ['mine.example', 'yours.example'], shorteners: [], linksToHost: 1 };
  const market = await nanomarket.open(world.path, { contentFilter });
  const lena = await market.actAs('consumer');
  for (const text of ['https://mine.example/', 'https://yours.example/', 'https://a.example/1 https://a.example/2']) {
    await assert.rejects(lena.chatSend(chat.id, { text }), { code: 'NMK_EINVALID', field: 'text' });
  }
  assert.equal((await lena.chatSend(chat.id, { text: 'https://spam.ru/' })).sequence, 1);
  market.close();
  for (const wrong of [{ blockedDomains: 'mine.example' }, { blockedDomains: [1] }, { nonsense: 1 }, 'x', 1]) {
    assert.throws(() => nanomarket.openSync(world.path, { contentFilter: wrong }), TypeError);
  }
});
