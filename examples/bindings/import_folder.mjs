// import_folder.mjs STORE FOLDER: import what FOLDER/catalog.jsonl lists, with the packages beside it, and hand it in for review.
//
// Running it again imports only what is missing: the idempotency key says which row a nano came from.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'nanomarket';

const [store, folder] = process.argv.slice(2);
const market = await open(store, { create: true });
const system = market.system();
let imported = 0;
let refused = 0;
for (const line of (await readFile(join(folder, 'catalog.jsonl'), 'utf8')).split('\n').filter(Boolean)) {
  const row = JSON.parse(line);
  const creator = await system.userFind(row.creator).catch((error) => {
    if (error.code !== 'NMK_ENOTFOUND') throw error;
    return system.userAdd('creator', { email: `${row.creator}@import.invalid`, username: row.creator });
  });
  const session = await market.actAs(creator.username);
  try {
    const nano = await session.nanoCreate({
      title: row.title,
      description: row.description,
      durationMinutes: row.duration_minutes,
      competencyLevel: row.competency_level,
      language: row.language,
      idempotencyKey: createHash('sha256').update(`${row.creator}/${row.title}`).digest('hex'),
    });
    if (nano.version === null) {
      await session.packageUpload(nano.id, join(folder, row.package));
      await session.nanoSubmit(nano.id);
      imported++;
    }
  } catch (error) {
    refused++;
    console.error(`${row.title}: ${error.field}: ${error.message}`);
  }
}
market.close();
console.log(`${imported} imported, ${refused} refused`);
