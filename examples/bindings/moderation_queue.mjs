// moderation_queue.mjs STORE MODERATOR: publish what waits and is complete, send the rest back with what is missing.
import { open } from 'nanomarket';

const market = await open(process.argv[2]);
const moderator = await market.actAs(process.argv[3]);
let published = 0;
let rejected = 0;
for await (const nano of moderator.nanoReviewQueue({ limit: 50 })) {
  try {
    await moderator.nanoPublish(nano.id);
    published++;
  } catch (error) {
    if (error.code === 'NMK_EDENIED') {
      console.error(`${nano.title}: somebody else must decide`);
    } else if (error.code === 'NMK_EINVALID') {
      await moderator.nanoReject(nano.id, `Bitte ergänzen: ${error.field}`);
      rejected++;
    } else {
      throw error;
    }
  }
}
market.close();
console.log(`${published} published, ${rejected} sent back`);
