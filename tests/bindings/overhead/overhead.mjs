// overhead.mjs STORE NANO_ID: what synchronous calls cost in Node, as overhead.c, and asynchronous ones in wall time.
const begun = process.hrtime.bigint();
const { openSync } = (await import('nanomarket')).default;
console.log('import', Number(process.hrtime.bigint() - begun));

const market = openSync(process.argv[2]);
const session = market.session();
const id = process.argv[3];
const nano = session.nanoGetSync(id);

function least(rounds) { return Math.round(Math.min(...rounds)); }
function measure(name, call, count) {
  const rounds = [];
  for (let round = 0; round < 11; round++) {
    const begun = process.hrtime.bigint();
    for (let i = 0; i < count; i++) call();
    rounds.push(Number(process.hrtime.bigint() - begun) / count);
  }
  console.log(name, least(rounds));
}
measure('getter', () => nano.title, 20000);
measure('nano_get', () => session.nanoGetSync(id).title, 2000);
measure('search', () => [...session.searchSync({ text: 'datenschutz' }).page()].map((found) => found.title), 100);
const rounds = [];
for (let round = 0; round < 11; round++) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < 500; i++) await session.nanoGet(id);
  rounds.push(Number(process.hrtime.bigint() - begun) / 500);
}
console.log('nano_get_promise', least(rounds));
market.close();
