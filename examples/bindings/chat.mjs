// chat.mjs STORE USERNAME [NANO_ID]: talk about a nano with its creator, or go on with the newest chat. Each line that is typed is
// sent; what the other one writes appears at once. The end of the input ends it.
import { createInterface } from 'node:readline';
import { open } from 'nanomarket';

const [store, username, nanoId] = process.argv.slice(2);
const market = await open(store);
const session = await market.actAs(username);
const listener = await market.actAs(username); // one that waits is busy
const chat = nanoId ? (await session.chatOpen(nanoId))[0] : (await session.chatList({ limit: 1 }).page()).at(0);
const ended = new AbortController();
let seen = 0;

async function show() {
  for (const message of await listener.chatMessages(chat.id, seen)) {
    console.log(`${message.author}: ${message.text}`);
    seen = message.sequence;
  }
}

async function follow() {
  while (!ended.signal.aborted) {
    await show();
    await listener.chatWait(seen, 60_000, { chatId: chat.id, signal: ended.signal });
  }
}

const following = follow().catch((error) => { if (!ended.signal.aborted) throw error; });
for await (const line of createInterface({ input: process.stdin })) await session.chatSend(chat.id, { text: line.trim() });
ended.abort();
await following;
await show();
market.close();
