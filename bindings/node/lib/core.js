'use strict';
// What the calls stand on: errors, conversions, values, pages, and the order of a session's calls.
const { inspect } = require('node:util');
const { fileURLToPath } = require('node:url');
const native = require('./binding.js');
const api = require('./api.js');

const CLOSED = -1001;
const REENTERED = -1002;
const IN_USE = -1003;
const CODES = { [CLOSED]: 'ERR_NANOMARKET_CLOSED', [REENTERED]: 'ERR_NANOMARKET_REENTERED', [IN_USE]: 'ERR_NANOMARKET_IN_USE' };
const ESTATE = -7;
const ECANCELLED = -17;

/** What a call answered instead of a result. */
class NanomarketError extends Error {
  constructor(status, operation, field, message, retryAfterMs, httpStatus) {
    super(message);
    this.code = CODES[status] ?? native.status_name(status);
    this.status = status in CODES ? ESTATE : status;
    this.operation = operation;
    this.field = field;
    this.retryAfterMs = retryAfterMs;
    this.httpStatus = httpStatus;
  }
}
Object.defineProperty(NanomarketError.prototype, 'name', { value: 'NanomarketError', configurable: true, writable: true });
native.setErrorFactory((...details) => new NanomarketError(...details));

function invalid(Kind, code, message) {
  const error = new Kind(message);
  error.code = code;
  return error;
}

// ---- enums ----

const enums = {};
for (const [name, { name: exported, flags, word, values }] of Object.entries(api.enums)) {
  const numberOf = new Map();
  const wordOf = new Map();
  const constants = {};
  for (const [constant, number] of Object.entries(values)) {
    const text = (word && native[`${name}_word`](number)) || constant.toLowerCase();
    numberOf.set(text, number);
    wordOf.set(number, text);
    constants[constant] = text;
  }
  enums[name] = { exported, flags, numberOf, wordOf, constants: Object.freeze(constants) };
}

// ---- values that stand for something of the library ----

const TOKEN = Symbol('nanomarket');
const handles = new WeakMap(); // of values, markets, sessions: what a script cannot reach

function handleOf(object) {
  const handle = handles.get(object);
  if (handle === undefined) throw invalid(TypeError, 'ERR_INVALID_THIS', 'not an object of this library');
  return handle;
}

class Value {
  #owner; // what the handle is borrowed from
  constructor(token, handle, owner) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', `${new.target.name} comes from calls of a session`);
    handles.set(this, handle);
    this.#owner = owner;
  }
  /** JSON.stringify() gives a key, which is no language. */
  toJSON(language) {
    const { json, names, takesLanguage } = this.constructor;
    if (json === undefined) return Object.fromEntries(names.map((name) => [name, this[name]]));
    return JSON.parse(takesLanguage ? native[json](handleOf(this), language === 'de' ? 'de' : 'en') : native[json](handleOf(this)));
  }
  [inspect.custom](depth, options) {
    if (this.constructor.secret) return `${this.constructor.name} {secret}`; // logs are no place for it
    return depth < 0 ? `[${this.constructor.name}]` : `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
  }
}

/** As Array.prototype.at(): from the end below 0, undefined where there is none. */
function elementAt(index, length, element) {
  const position = index < 0 ? length + index : index;
  return Number.isInteger(position) && position >= 0 && position < length ? element(position) : undefined;
}

class Collection extends Value {
  get length() { return native[this.constructor.count](handleOf(this)); }
  at(index) { return elementAt(index, this.length, (position) => this.constructor.item(this, position)); }
  *[Symbol.iterator]() { for (let i = 0; i < this.length; i++) yield this.at(i); }
}

const classes = {};

function convert(how, raw, owner) {
  if (raw === null || raw === undefined) return raw ?? null;
  switch (how[0]) {
    case 'enum': return enums[how[1]].wordOf.get(raw) ?? null;
    case 'flags': return [...enums[how[1]].wordOf].filter(([bit]) => raw & bit).map(([, word]) => word);
    case 'time': return raw === 0 ? null : new Date(raw);
    case 'value': return new classes[how[1]](TOKEN, raw, owner);
    case 'record': return Object.fromEntries(Object.entries(api.structs[how[1]]).map(([name, [shown]]) => [shown, raw[name]]));
    case 'session': return owner.market.opened(TOKEN, raw);
    default: return raw;
  }
}

for (const [short, entry] of Object.entries(api.values)) {
  if (entry.page !== undefined) continue;
  const Base = entry.count ? Collection : Value;
  const Class = { [entry.name]: class extends Base {} }[entry.name];
  Class.names = [...Object.keys(entry.getters), ...Object.keys(entry.lists)];
  Class.secret = entry.secret;
  Class.takesLanguage = entry.language;
  if (entry.json) Class.json = `${short}_json`;
  if (entry.count) {
    Class.count = entry.count;
    Class.item = entry.item
      ? (self, i) => convert(entry.item.slice(1), native[entry.item[0]](handleOf(self), i), self)
      : (self, i) => Object.fromEntries(Object.entries(entry.items).map(([name, [call, ...how]]) => [name, convert(how, native[call](handleOf(self), i), self)]));
  }
  for (const [name, [call, ...how]] of Object.entries(entry.getters)) {
    Object.defineProperty(Class.prototype, name, { configurable: true, enumerable: true, get() { return convert(how, native[call](handleOf(this)), this); } });
  }
  for (const [name, [count, call, ...how]] of Object.entries(entry.lists)) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      enumerable: true,
      get() { return Array.from({ length: native[count](handleOf(this)) }, (_, i) => convert(how, native[call](handleOf(this), i), this)); },
    });
  }
  classes[short] = Class;
}

// ---- pages ----

class Page {
  #prefix;
  #kind;
  constructor(token, handle, prefix) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'pages come from calls of a session');
    handles.set(this, handle);
    this.#prefix = prefix;
    this.#kind = api.values[prefix].page;
  }
  get length() { return native[`${this.#prefix}_count`](handleOf(this)); }
  get nextCursor() { return native[`${this.#prefix}_next`](handleOf(this)); }
  at(index) {
    return elementAt(index, this.length, (position) => convert(['value', this.#kind], native[`${this.#prefix}_item`](handleOf(this), position), this));
  }
  *[Symbol.iterator]() { for (let i = 0; i < this.length; i++) yield this.at(i); }
  toJSON() { return JSON.parse(native[`${this.#prefix}_json`](handleOf(this))); }
  [inspect.custom](depth, options) { return `Page ${inspect(this.toJSON(), options)}`; }
}

const pageClasses = {};
for (const [short, entry] of Object.entries(api.values)) {
  if (entry.page === undefined || entry.getters === undefined) continue; // it tells nothing beside its items
  const Class = { [entry.name]: class extends Page {} }[entry.name];
  const define = (name, get) => Object.defineProperty(Class.prototype, name, { configurable: true, enumerable: true, get });
  for (const [name, [call, ...how]] of Object.entries(entry.getters)) {
    define(name, function get() { return convert(how, native[call](handleOf(this)), this); });
  }
  for (const [name, call] of Object.entries(entry.lists)) {
    define(name, function get() {
      const list = [];
      for (let text; (text = native[call](handleOf(this), list.length)) !== null;) list.push(text);
      return list;
    });
  }
  for (const [name, [call, ...how]] of Object.entries(entry.columns)) {
    define(name, function get() { return Array.from({ length: this.length }, (_, i) => convert(how, native[call](handleOf(this), i), this)); });
  }
  for (const [name, [count, kind, cells]] of Object.entries(entry.groups)) {
    Object.defineProperty(Class.prototype, name, {
      configurable: true,
      writable: true,
      value(group) {
        const number = argument(['enum', kind], group, 'the argument');
        return Array.from({ length: native[count](handleOf(this), number) }, (_, i) => Object.fromEntries(Object.entries(cells)
          .map(([cell, [call, ...how]]) => [cell, convert(how, native[call](handleOf(this), number, i), this)])));
      },
    });
  }
  pageClasses[short] = Class;
}

class Listing {
  #fetch;
  #cursor;
  constructor(token, fetch, cursor) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'lists come from calls of a session');
    this.#fetch = fetch;
    this.#cursor = cursor;
  }
  async page() { return this.#fetch(this.#cursor); }
  async *pages() {
    for (let cursor = this.#cursor; ;) {
      const page = await this.#fetch(cursor);
      yield page;
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }
  async *[Symbol.asyncIterator]() { for await (const page of this.pages()) yield* page; }
}

class ListingSync {
  #fetch;
  #cursor;
  constructor(token, fetch, cursor) {
    if (token !== TOKEN) throw invalid(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'lists come from calls of a session');
    this.#fetch = fetch;
    this.#cursor = cursor;
  }
  page() { return this.#fetch(this.#cursor); }
  *pages() {
    for (let cursor = this.#cursor; ;) {
      const page = this.#fetch(cursor);
      yield page;
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }
  *[Symbol.iterator]() { for (const page of this.pages()) yield* page; }
}

// ---- arguments ----

/** A clock that is set by hand, instead of the system's. */
class Clock {
  constructor(now = Date.now()) { handles.set(this, native.newNumber(Number(now))); }
  get now() { return native.getNumber(handleOf(this)); }
  set now(value) { native.setNumber(handleOf(this), Number(value)); }
}

function pathText(value, name) {
  if (value instanceof URL) return fileURLToPath(value);
  if (typeof value !== 'string') throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be a string or a file URL`);
  return value;
}

function argument(how, value, name, copy) {
  if (value === undefined || value === null) return value;
  switch (how[0]) {
    case 'enum': {
      const number = enums[how[1]].numberOf.get(value);
      if (number === undefined) {
        throw invalid(TypeError, 'ERR_INVALID_ARG_VALUE', `${name} must be one of ${[...enums[how[1]].numberOf.keys()].join(', ')}`);
      }
      return number;
    }
    case 'time': {
      const time = value instanceof Date ? value.getTime() : value;
      if (typeof time !== 'number' || !Number.isSafeInteger(time)) {
        throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be a Date, or milliseconds since 1970`);
      }
      return time;
    }
    case 'value':
      if (!(value instanceof classes[how[1]])) {
        throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be of the class ${api.values[how[1]].name}`);
      }
      return handleOf(value);
    case 'struct': return struct(how[1], checkOptions(value, new Set(Object.keys(api.structs[how[1]]))), false, copy);
    case 'flags': case 'set': {
      if (!Array.isArray(value)) throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be an array`);
      return value.reduce((bits, word) => bits | (how[0] === 'set' ? 1 << argument(['enum', how[1]], word, name) : argument(['enum', how[1]], word, name)), 0) >>> 0;
    }
    case 'path': return pathText(value, name);
    case 'clock':
      if (!(value instanceof Clock)) throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', `${name} must be a Clock`);
      return handleOf(value);
    case 'root_key': return typeof value === 'function' ? value() : value;
    case 'bytes': case 'fixed': case 'reader':
      return copy && ArrayBuffer.isView(value) ? Buffer.from(Buffer.from(value.buffer, value.byteOffset, value.byteLength)) : value;
    default: return value;
  }
}

function struct(name, options, updates, copy) {
  const result = {};
  for (const [shown, [member, ...how]] of Object.entries(api.structs[name])) {
    const value = options[shown];
    if (value === undefined || (value === null && !updates)) continue;
    result[member] = argument(how, value, shown, copy);
    if (updates && how[0] === 'enum' && value === null) result[member] = 0;
  }
  return result;
}

/** Options of a call: an object without unknown names, so that a slip is not overlooked. */
function checkOptions(options, allowed) {
  if (options === undefined) return {};
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', 'options must be an object');
  }
  for (const name of Object.keys(options)) {
    if (!allowed.has(name)) throw invalid(TypeError, 'ERR_INVALID_ARG_VALUE', `there is no option ${name}`);
  }
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw invalid(TypeError, 'ERR_INVALID_ARG_TYPE', 'signal must be an AbortSignal');
  }
  return options;
}

// ---- calls ----

const tails = new WeakMap(); // of sessions: their last call that is not done

/** A synchronous call must not come before those that were made earlier, although they wait in the queue only. */
function mustBeIdle(session, operation) {
  if (tails.has(session) && !native.is_closed(handleOf(session))) {
    throw new NanomarketError(IN_USE, operation, '', 'A call of this session is under way: await it first.', 0, 409);
  }
}

/** Call on libuv's pool. The calls of a session come one after the other, in the order in which they were made. */
function later(owner, make, finish, signal) {
  const before = owner && tails.get(owner);
  let call;
  if (before === undefined) {
    try {
      signal?.throwIfAborted();
      call = make(false)();
    } catch (error) {
      call = Promise.reject(error);
    }
  } else {
    let ready;
    try {
      ready = make(true);
    } catch (error) {
      return Promise.reject(error);
    }
    call = before.then(() => { signal?.throwIfAborted(); return ready(); });
  }
  const done = call.then(finish);
  if (owner) {
    const tail = call.then(() => {}, () => {});
    tails.set(owner, tail);
    tail.then(() => { if (tails.get(owner) === tail) tails.delete(owner); });
  }
  return done;
}

/** Stop a call that tells of its progress when the signal says so. */
function stoppable(signal) {
  if (signal === undefined) return { number: null, release() {}, explain: (error) => { throw error; } };
  const number = native.newNumber(signal.aborted ? 1 : 0);
  const stop = () => native.setNumber(number, 1);
  signal.addEventListener('abort', stop, { once: true });
  return {
    number,
    release() { signal.removeEventListener('abort', stop); },
    explain(error) { throw signal.aborted && error.status === ECANCELLED ? signal.reason : error; },
  };
}

/** A call that waits for something new ends when the signal says so. */
async function wakeable(session, call, prepared, signal) {
  const wake = () => native.cancel_wait(handleOf(session));
  const done = native.callAsync(call, ...prepared); // inside from now on
  signal?.addEventListener('abort', wake, { once: true });
  try {
    return await done;
  } finally {
    signal?.removeEventListener('abort', wake);
  }
}

function install(entry, target) {
  const call = native[entry.native];
  const known = new Set(entry.options);
  const knownLater = new Set([...entry.options, 'signal']);
  const last = entry.positional.length;
  const isSession = entry.owner === 'session';

  function prepare(self, given, options, copy, cancel) {
    const result = entry.bound ? [handleOf(self)] : [];
    for (const [kind, ...rest] of entry.arguments) {
      if (kind === 'struct') result.push(struct(rest[0], options, rest[1], copy));
      else if (kind === 'progress') result.push([options.progress ?? null, cancel ?? null]);
      else if (kind === 'option') result.push(argument(rest.slice(1), options[rest[0]], rest[0], copy) ?? fallback(rest));
      else result.push(argument(rest.slice(1), given[rest[0]], entry.positional[rest[0]], copy));
    }
    return result;
  }
  // An option that was not given: 0 for numbers, which is their default, else nothing.
  function fallback(rest) { return rest[0] === 'limit' || rest[1] === 'enum' ? 0 : null; }

  function finish(self, raw) {
    if (entry.page) return new (pageClasses[entry.page] ?? Page)(TOKEN, raw, entry.page);
    if (!entry.result || entry.result.length === 0) return undefined;
    if (entry.result.length === 1) return convert(entry.result[0], raw, self);
    return entry.result.map((how, i) => convert(how, raw[i], self));
  }

  function now(self, given, options) {
    const prepared = prepare(self, given, options, false);
    if (isSession && !entry.anytime) mustBeIdle(self, entry.native);
    return finish(self, call(...prepared));
  }

  function queued(self, given, options) {
    const stop = stoppable(options.signal);
    return later(isSession ? self : undefined, (copy) => {
      const prepared = prepare(self, given, options, copy, stop.number);
      return () => (entry.cancels ? wakeable(self, call, prepared, options.signal) : native.callAsync(call, ...prepared));
    }, (raw) => finish(self, raw), options.signal).catch(stop.explain).finally(stop.release);
  }

  const name = entry.method;
  if (entry.listing) {
    define(`${name}`, function list(...given) {
      const options = checkOptions(given[last], knownLater);
      return new Listing(TOKEN, (cursor) => queued(this, given, { ...options, cursor }), options.cursor ?? null);
    });
    define(`${name}Sync`, function listSync(...given) {
      const options = checkOptions(given[last], known);
      return new ListingSync(TOKEN, (cursor) => now(this, given, { ...options, cursor }), options.cursor ?? null);
    });
  } else if (entry.waits) {
    define(name, async function wait(...given) { return queued(this, given, checkOptions(given[last], knownLater)); });
    define(`${name}Sync`, function waitSync(...given) { return now(this, given, checkOptions(given[last], known)); });
  } else {
    define(name, function pure(...given) { return now(this, given, checkOptions(given[last], known)); });
  }
  function define(as, method) {
    Object.defineProperty(method, 'name', { value: as });
    Object.defineProperty(target, as, { value: method, configurable: true, writable: true, enumerable: target.constructor === Object });
  }
}

module.exports = {
  pageClasses,
  ESTATE, TOKEN, NanomarketError, Value, Collection, Page, Listing, ListingSync, Clock, api, argument, checkOptions, classes, convert, enums,
  handleOf, handles, install, invalid, later, mustBeIdle, native, pathText, stoppable, struct,
};
