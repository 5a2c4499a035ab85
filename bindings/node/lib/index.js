'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { finished } = require('node:stream/promises');
const core = require('./core.js');

const { TOKEN, api, checkOptions, classes, handleOf, handles, install, invalid, later, mustBeIdle, native, pathText, struct } = core;

if (Symbol.dispose === undefined) Object.defineProperty(Symbol, 'dispose', { value: Symbol.for('nodejs.dispose') });
if (Symbol.asyncDispose === undefined) Object.defineProperty(Symbol, 'asyncDispose', { value: Symbol.for('nodejs.asyncDispose') });

const UPLOAD = ['number', 'changelog', 'fileName', 'idempotencyKey'];
const uploadOptions = new Set(UPLOAD);
const uploadOptionsLater = new Set([...UPLOAD, 'signal']);
const rangeOptions = new Set(['number', 'offset', 'length']);
const rangeOptionsLater = new Set([...rangeOptions, 'signal']);
const numberOptions = new Set(['number']);
const numberOptionsLater = new Set(['number', 'signal']);

function isBytes(value) { return ArrayBuffer.isView(value) || value instanceof ArrayBuffer; }
function isPath(value) { return typeof value === 'string' || value instanceof URL; }

/** A folder of its own for a file in passing. */
async function inPassing(use) {
  const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'nanomarket-'));
  try {
    return await use(path.join(folder, 'package.zip'));
  } finally {
    await fs.promises.rm(folder, { recursive: true, force: true });
  }
}

/** Write what is iterated to a file; no more than shows that it is too much. */
async function spool(content, file, signal) {
  const most = native.package_bytes_maximum();
  const out = fs.createWriteStream(file, { mode: 0o600 });
  let size = 0;
  for await (const chunk of content) {
    signal?.throwIfAborted();
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (!out.write(bytes)) await new Promise((resolve, reject) => { out.once('drain', resolve); out.once('error', reject); });
    if (size > most) break;
  }
  out.end();
  await finished(out);
}

/** Who acts: a guest, a member or the host. */
class Session {
  #market;
  constructor(token, handle, market) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'sessions come from a market');
    handles.set(this, handle);
    this.#market = market;
  }
  get market() { return this.#market; }
  get closed() { return native.is_closed(handleOf(this)); }
  close() { native.close_session(handleOf(this)); }
  [Symbol.dispose]() { this.close(); }
  async [Symbol.asyncDispose]() { this.close(); }

  async packageUpload(nanoId, content, options) {
    const given = checkOptions(options, uploadOptionsLater);
    if (isPath(content)) {
      const file = pathText(content, 'content');
      return this.#queued((copy) => [native.package_upload_file, nanoId, file, struct('upload', given, false, copy)], classes.version, given.signal);
    }
    if (isBytes(content)) {
      return this.#queued((copy) => [native.package_upload, nanoId, struct('upload', { ...given, read: content }, false, copy)], classes.version, given.signal);
    }
    const chunks = typeof content?.stream === 'function' ? content.stream() : content; // a Blob
    if (typeof chunks?.[Symbol.asyncIterator] !== 'function') {
      throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', 'content must be bytes, a path, a stream or a Blob');
    }
    return inPassing(async (file) => {
      await spool(chunks, file, given.signal);
      return this.packageUpload(nanoId, file, given);
    });
  }
  packageUploadSync(nanoId, content, options) {
    mustBeIdle(this, 'package_upload');
    const given = checkOptions(options, uploadOptions);
    const made = isPath(content)
      ? native.package_upload_file(handleOf(this), nanoId, pathText(content, 'content'), struct('upload', given, false))
      : native.package_upload(handleOf(this), nanoId, struct('upload', { ...given, read: content ?? 0 }, false));
    return new classes.version(TOKEN, made);
  }

  async packageDownload(nanoId, options) {
    const { number = null, offset = 0, length = -1, signal } = checkOptions(options, rangeOptionsLater);
    return this.#queued(() => [native.package_download, nanoId, number, offset, length], undefined, signal);
  }
  packageDownloadSync(nanoId, options) {
    mustBeIdle(this, 'package_download');
    const { number = null, offset = 0, length = -1 } = checkOptions(options, rangeOptions);
    return native.package_download(handleOf(this), nanoId, number, offset, length);
  }
  async packageDownloadFile(nanoId, file, options) {
    const { number = null, signal } = checkOptions(options, numberOptionsLater);
    return this.#queued(() => [native.package_download_file, nanoId, number, pathText(file, 'path')], undefined, signal);
  }
  packageDownloadFileSync(nanoId, file, options) {
    mustBeIdle(this, 'package_download_file');
    const { number = null } = checkOptions(options, numberOptions);
    native.package_download_file(handleOf(this), nanoId, number, pathText(file, 'path'));
  }
  async packageDownloadStream(nanoId, options) {
    return inPassing(async (file) => {
      await this.packageDownloadFile(nanoId, file, options);
      const opened = await fs.promises.open(file, 'r'); // its name goes with the folder, its content with the stream
      return opened.createReadStream();
    });
  }
  async packageReadEntry(nanoId, entry, options) {
    const { number = null, offset = 0, length = -1, signal } = checkOptions(options, rangeOptionsLater);
    return this.#queued(() => [native.package_read_entry, nanoId, number, entry, offset, length], undefined, signal);
  }
  packageReadEntrySync(nanoId, entry, options) {
    mustBeIdle(this, 'package_read_entry');
    const { number = null, offset = 0, length = -1 } = checkOptions(options, rangeOptions);
    return native.package_read_entry(handleOf(this), nanoId, number, entry, offset, length);
  }
  #queued(make, Kind, signal) {
    return later(this, (copy) => {
      const [call, ...prepared] = make(copy);
      return () => native.callAsync(call, handleOf(this), ...prepared);
    }, (raw) => (Kind ? new Kind(TOKEN, raw) : raw), signal);
  }
}

/** An opened store. */
class Market {
  #sessions = new Set(); // weak references
  #gone = new FinalizationRegistry((reference) => this.#sessions.delete(reference));
  constructor(token, handle) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'use open() or openSync()');
    handles.set(this, handle);
  }
  get market() { return this; }
  get closed() { return native.is_closed(handleOf(this)); }
  close() {
    native.close_market(handleOf(this));
    for (const reference of this.#sessions) reference.deref()?.close();
    this.#sessions.clear();
  }
  [Symbol.dispose]() { this.close(); }
  async [Symbol.asyncDispose]() { this.close(); }
  opened(token, handle) {
    const session = new Session(token, handle, this);
    const reference = new WeakRef(session);
    this.#sessions.add(reference);
    this.#gone.register(session, reference);
    if (this.closed) session.close();
    return session;
  }
  session() { return this.sessionOpen(); }
  system() { return this.sessionOpenSystem(); }
  async login(email, password, options) {
    const session = this.session();
    try {
      await session.loginWithCode(email, password, options);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }
  loginSync(email, password, options) {
    const session = this.session();
    try {
      session.loginWithCodeSync(email, password, options);
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }
  async actAs(username) {
    const system = this.system();
    try {
      return await system.actAs(username);
    } finally {
      system.close();
    }
  }
  actAsSync(username) {
    const system = this.system();
    try {
      return system.actAsSync(username);
    } finally {
      system.close();
    }
  }
}

const marketOptions = new Set(Object.keys(api.structs.market_options));

async function open(file, options) {
  const given = struct('market_options', checkOptions(options, marketOptions), false, true);
  return new Market(TOKEN, await native.callAsync(native.market_open, pathText(file, 'path'), given));
}

function openSync(file, options) {
  const given = struct('market_options', checkOptions(options, marketOptions), false);
  return new Market(TOKEN, native.market_open(pathText(file, 'path'), given));
}

const exported = {
  open, openSync, Market, Session, Clock: core.Clock, Value: core.Value, Collection: core.Collection, Page: core.Page, Listing: core.Listing,
  ListingSync: core.ListingSync, NanomarketError: core.NanomarketError, version: native.library_version(),
};
for (const { exported: name, constants } of Object.values(core.enums)) exported[name] = constants;
for (const Class of [...Object.values(classes), ...Object.values(core.pageClasses)]) exported[Class.name] = Class;
for (const entry of Object.values(api.calls)) {
  const target = { session: Session.prototype, market: Market.prototype, module: exported }[entry.owner] ?? classes[entry.owner.slice('values.'.length)].prototype;
  install(entry, target);
}
module.exports = exported;
