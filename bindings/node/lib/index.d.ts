/// <reference types="node" />
/** An embeddable marketplace for short learning units. Calls are named as in the C library, without "nmk_". */

export type Bytes = NodeJS.ArrayBufferView | ArrayBuffer;

/** What a call answered instead of a result. Unless its code is "NMK_EUNKNOWN", nothing was changed. */
export class NanomarketError extends Error {
  readonly name: 'NanomarketError';
  /** The constant's name in C, such as "NMK_ENOTFOUND"; or "ERR_NANOMARKET_CLOSED", "ERR_NANOMARKET_IN_USE", "ERR_NANOMARKET_REENTERED". */
  readonly code: string;
  readonly status: number;
  /** Which operation failed, such as "nano_publish". */
  readonly operation: string;
  /** Which argument or field is meant; "" for none. */
  readonly field: string;
  /** When to try again, in milliseconds from now; 0: not known. */
  readonly retryAfterMs: number;
  /** What a server answers (RFC 9110). */
  readonly httpStatus: number;
}

/** A snapshot that the library handed out. */
export abstract class Value {
  /** With the names and forms of the library's JSON; sentences in it are in that language. */
  toJSON(language?: 'de' | 'en' | string): Record<string, unknown>;
}

/** Several values that came at once. */
export abstract class Collection<T> extends Value implements Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
  [Symbol.iterator](): IterableIterator<T>;
}

/** One page of a list. */
export class Page<T> implements Iterable<T> {
  protected constructor();
  readonly length: number;
  /** For the call that gets the next page; null after the last. */
  readonly nextCursor: string | null;
  at(index: number): T | undefined;
  [Symbol.iterator](): IterableIterator<T>;
  toJSON(): { items: Record<string, unknown>[]; next: string | null };
}

/** A list that is fetched page by page while it is iterated. */
export class Listing<T, P extends Page<T> = Page<T>> implements AsyncIterable<T> {
  private constructor();
  /** The page that the cursor stands for, the first one without it. */
  page(): Promise<P>;
  pages(): AsyncGenerator<P, void, undefined>;
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}

/** The same, synchronous. */
export class ListingSync<T, P extends Page<T> = Page<T>> implements Iterable<T> {
  private constructor();
  page(): P;
  pages(): Generator<P, void, undefined>;
  [Symbol.iterator](): Generator<T, void, undefined>;
}

/** A clock that is set by hand, instead of the system's. */
export class Clock {
  constructor(now?: Date | number);
  /** Milliseconds since 1970 UTC. */
  now: number;
}

export const version: string;
export function open(path: string | URL, options?: MarketOptions): Promise<Market>;
export function openSync(path: string | URL, options?: MarketOptions): Market;

/** An opened store. */
export class Market extends MarketCalls {
  private constructor();
  readonly closed: boolean;
  /** Close the store and all its sessions; calls that are under way end first. Closing twice does nothing. */
  close(): void;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
  /** A session for a guest. */
  session(): Session;
  /** A session for the host itself, which may do everything. Never give it to a user. */
  system(): Session;
  /** A member's session. */
  login(email: string, password: string, options?: { code?: string | undefined; signal?: AbortSignal | undefined }): Promise<Session>;
  loginSync(email: string, password: string, options?: { code?: string | undefined }): Session;
  /** A member's session without a password, for the host. */
  actAs(username: string): Promise<Session>;
  actAsSync(username: string): Session;
}

export interface UploadOptions {
  /** "1.2.0", greater than every number before; without it 1.0.0, then the next minor. */
  number?: string | undefined;
  /** At most 2000 code points, may have several lines. */
  changelog?: string | undefined;
  /** What the member called the file, must end in .zip; only checked. */
  fileName?: string | undefined;
  /** Up to 128 bytes; with it the call may be repeated safely. */
  idempotencyKey?: string | undefined;
}

export interface RangeOptions {
  /** Without it the version that learners get. */
  number?: string | undefined;
  /** Of the first byte. */
  offset?: number | undefined;
  /** Bytes at most; -1 for all that is left. */
  length?: number | undefined;
}

/** Who acts: a guest, a member or the host. Asynchronous calls come one after the other, in the order in which they were made. */
export class Session extends SessionCalls {
  private constructor();
  readonly market: Market;
  readonly closed: boolean;
  /** End the session; a call that is under way ends first. Closing twice does nothing. */
  close(): void;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
  /** Add a version to a nano: a ZIP package as bytes, file, stream or Blob. */
  packageUpload(nanoId: string, content: Bytes | string | URL | AsyncIterable<Uint8Array | string> | Blob, options?: UploadOptions & { signal?: AbortSignal | undefined }): Promise<Version>;
  packageUploadSync(nanoId: string, content: Bytes | string | URL, options?: UploadOptions): Version;
  /** Download a package, or a range of it. A download that begins at offset 0 is counted. */
  packageDownload(nanoId: string, options?: RangeOptions & { signal?: AbortSignal | undefined }): Promise<Buffer>;
  packageDownloadSync(nanoId: string, options?: RangeOptions): Buffer;
  /** Download into a new file that appears only when it is complete. */
  packageDownloadFile(nanoId: string, path: string | URL, options?: { number?: string | undefined; signal?: AbortSignal | undefined }): Promise<void>;
  packageDownloadFileSync(nanoId: string, path: string | URL, options?: { number?: string | undefined }): void;
  /** Download as a stream. */
  packageDownloadStream(nanoId: string, options?: { number?: string | undefined; signal?: AbortSignal | undefined }): Promise<import('node:stream').Readable>;
  /** Read one file of a package, or a range of it. Not counted as a download. */
  packageReadEntry(nanoId: string, entry: string, options?: RangeOptions & { signal?: AbortSignal | undefined }): Promise<Buffer>;
  packageReadEntrySync(nanoId: string, entry: string, options?: RangeOptions): Buffer;
}

