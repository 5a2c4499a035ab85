// Compiled with tsc --strict, never run: what must compile, and what must not.
import nanomarket, { Clock, Listing, Market, Nano, NanoState, NanomarketError, Session, open, passwordMeasure } from 'nanomarket';

async function use(): Promise<void> {
  const market: Market = await open('shop.db', { create: true, clock: new Clock(0), passwordMemoryKib: 19456, rootKey: () => new Uint8Array(32) });
  const session: Session = await market.login('a@example.org', 'secret', { code: '123456', signal: AbortSignal.timeout(1) });
  const list: Listing<Nano> = session.nanoList({ status: 'published', license: 'CC-BY-SA', limit: 5 });
  for await (const nano of list) {
    const title: string = nano.title;
    const at: Date | null = nano.publishedAt;
    const state: NanoState | null = nano.status;
    console.log(title, at?.getTime(), state === NanoState.DRAFT, nano.categoryIds[0]);
    // @ts-expect-error read only
    nano.title = 'x';
  }
  for (const page of session.searchSync({ text: 'x' }).pages()) console.log(page.at(0)?.title, page.nextCursor);
  const nano: Nano = await session.nanoUpdate('id', { description: null, categoryIds: ['a'] });
  const bytes: Buffer = await session.packageDownload(nano.id, { number: '1.0.0' });
  await session.packageUpload(nano.id, bytes, { changelog: 'x', signal: new AbortController().signal });
  session.packageUploadSync(nano.id, 'file.zip');
  await session.marketBackup('b.db', { progress: (done: number, total: number) => done < total });
  const score: number = passwordMeasure('x', { policy: 'classic' }).score;
  console.log(score, nanomarket.version);
  try {
    session.close();
  } catch (error) {
    if (error instanceof NanomarketError) console.log(error.code, error.field, error.retryAfterMs);
  }
  const results = await session.search({ text: 'x', facets: ['topic'], durations: ['short'], weights: { title: 100 } }).page();
  const hits: number = results.facets('topic')[0]!.hits + results.total;
  for (const found of results) console.log(found.title, hits, results.scores[0]);
  for (const page of session.searchSync().pages()) console.log(page.missing, page.relaxed);
  // @ts-expect-error no such facet
  results.facets('colour');
  // @ts-expect-error a page of others tells no total
  session.nanoListSync().page().total;
  // @ts-expect-error no such word
  session.nanoList({ status: 'lost' });
  // @ts-expect-error no such option
  await session.nanoCreate({ titel: 'x' });
  // @ts-expect-error email is needed
  await session.userRegister({ username: 'x', password: 'y' });
  // @ts-expect-error a synchronous call has no signal
  session.nanoGetSync('id', { signal: new AbortController().signal });
  // @ts-expect-error a Session comes from a market
  new Session();
}
void use;
