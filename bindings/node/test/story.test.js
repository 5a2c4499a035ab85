'use strict';
// The story that C, Python and Node tell alike: tests/bindings/story.json.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { World, nanomarket, packageOf } = require('./world.js');

const { calls } = require(path.join(path.dirname(require.resolve(process.env.NANOMARKET_PACKAGE ?? 'nanomarket')), 'api.js'));
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

async function call(world, session, name, given) {
  const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value]));
  const take = (key) => { const value = options[key]; delete options[key]; return value; };
  let result;
  if (name === 'package_upload_file') {
    take('path');
    result = await session.packageUpload(take('nanoId'), process.env.NANOMARKET_STORY_ZIP ?? packageOf(), options);
  } else if (name === 'package_download_file') {
    result = await session.packageDownloadFile(take('nanoId'), path.join(world.folder, take('path')), options);
  } else {
    const { method, positional } = calls[name];
    result = await session[method](...positional.map(take), options);
  }
  if (result instanceof nanomarket.Listing) result = await result.page();
  const plain = (value) => (value?.toJSON ? value.toJSON() : value ?? null);
  return Array.isArray(result) ? result.map(plain) : plain(result);
}

test('the story', { skip: !process.env.NANOMARKET_STORY }, async (t) => {
  const story = JSON.parse(fs.readFileSync(process.env.NANOMARKET_STORY, 'utf8'));
  const world = new World(t, []);
  const sessions = { system: world.system, guest: world.guest };
  const names = {};
  const transcript = [];
  for (const [number, step] of story.entries()) {
    sessions[step.as] ??= await world.market.actAs(step.as);
    const given = Object.fromEntries(Object.entries(step.arguments).map(([key, value]) => [key,
      Array.isArray(value) ? value.map((text) => names[text] ?? text) : names[value] ?? value]));
    const line = { step: number, call: step.call, status: 'ok', field: '', message: '', result: null };
    try {
      line.result = await call(world, sessions[step.as], step.call, given);
    } catch (error) {
      if (!(error instanceof nanomarket.NanomarketError)) throw error;
      Object.assign(line, { status: nanomarket.Status[error.code.slice('NMK_'.length)], field: error.field, message: error.message });
    }
    for (const [key, value] of Object.entries(step.error ?? { status: 'ok' })) assert.equal(line[key], value, JSON.stringify(line));
    for (const [key, value] of Object.entries(step.expect ?? {})) assert.deepEqual(line.result[key], value, JSON.stringify(line));
    if ('count' in step) assert.equal(line.result.items.length, step.count);
    if ('result' in step) assert.equal(line.result, step.result);
    if (step.keep) names[`$${step.keep}`] = [line.result].flat()[0].id;
    transcript.push(line);
  }
  assert.ok(transcript.length > 30);
  if (process.env.NANOMARKET_TRANSCRIPTS) fs.writeFileSync(path.join(process.env.NANOMARKET_TRANSCRIPTS, 'node.json'), JSON.stringify(transcript));
});
