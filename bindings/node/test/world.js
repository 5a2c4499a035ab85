'use strict';
// A small market of named people. The package is that of NANOMARKET_PACKAGE, else the installed one.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const nanomarket = require(process.env.NANOMARKET_PACKAGE ?? 'nanomarket');

const PASSWORD = 'a rather long pass phrase';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

function crc32(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A ZIP file with stored entries. */
function zip(entries) {
  const locals = [];
  const central = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(0x21, 12);
    head.writeUInt32LE(crc32(content), 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt32LE(content.length, 22);
    head.writeUInt16LE(name.length, 26);
    locals.push(head, Buffer.from(name), content);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 28);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + content.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function packageOf(size = 0) {
  return zip({ 'index.pdf': PDF, ...(size ? { 'big.txt': Buffer.alloc(size, '0123456789') } : {}) });
}

class World {
  constructor(t, people = ['consumer', 'creator', 'moderator', 'admin']) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nanomarket-test-'));
    this.path = path.join(this.folder, 'market.db');
    this.clock = new nanomarket.Clock(1_750_000_000_000);
    this.market = nanomarket.openSync(this.path, { create: true, clock: this.clock, passwordMemoryKib: 19456 });
    this.system = this.market.system();
    this.guest = this.market.session();
    for (const role of people) {
      this.system.userAddSync(role, { email: `${role}@example.org`, username: role });
      this[role] = this.market.actAsSync(role);
    }
    t.after(() => {
      this.market.close();
      fs.rmSync(this.folder, { recursive: true, force: true });
    });
  }
  published(title = 'Datenschutz') {
    const category = this.system.categoryListSync().page().at(0) ?? this.system.categoryCreateSync('Recht');
    const nano = this.creator.nanoCreateSync({ title, description: 'Was darf man?', durationMinutes: 5, categoryIds: [category.id] });
    this.creator.packageUploadSync(nano.id, packageOf());
    this.creator.nanoSubmitSync(nano.id);
    this.moderator.nanoPublishSync(nano.id);
    return this.guest.nanoGetSync(nano.id);
  }
  member(username) {
    return this.system.userAddSync('consumer', { email: `${username}@example.org`, username, password: PASSWORD });
  }
}

module.exports = { PASSWORD, PDF, World, nanomarket, packageOf };
