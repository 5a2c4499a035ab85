'use strict';
// The README as a program: what it says is printed is printed.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');

test('the README runs', (t) => {
  const readme = fs.readFileSync(process.env.NANOMARKET_README ?? path.join(__dirname, '..', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]);
  const target = process.env.NANOMARKET_PACKAGE ? pathToFileURL(path.join(process.env.NANOMARKET_PACKAGE, 'lib', 'index.mjs')).href
    : pathToFileURL(path.join(path.dirname(require.resolve('nanomarket')), 'index.mjs')).href;
  const code = blocks.join('\n').replace("from 'nanomarket'", `from ${JSON.stringify(target)}`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nanomarket-readme-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  assert.ok(blocks.length > 5);
  assert.deepEqual(printed.trimEnd().split('\n'), [...code.matchAll(/^\/\/ prints: (.*)$/gm)].map((match) => match[1]));
});
