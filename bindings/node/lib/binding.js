'use strict';
const path = require('node:path');

// NANOMARKET_NODE_BINARY: another build of the module, for developers.
module.exports = process.env.NANOMARKET_NODE_BINARY
  ? require(path.resolve(process.env.NANOMARKET_NODE_BINARY))
  : require('node-gyp-build')(path.join(__dirname, '..'));
