// search_as_you_type.mjs STORE: after each line that is typed, what has been found so far. An empty line ends it.
import { createInterface } from 'node:readline';
import { open } from 'nanomarket';

const market = await open(process.argv[2]);
const guest = market.session();
for await (const line of createInterface({ input: process.stdin })) {
  const text = line.trim();
  if (!text) break;
  const page = await guest.search({ text, limit: 5 }).page(); // the last word may be unfinished
  console.log(`${text}: ${[...page].map((nano) => nano.title).join(', ') || '-'}`);
}
market.close();
