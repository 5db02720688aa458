#!/usr/bin/env node
// A file of its own, so that it is there, and may be run, before anything is built. In the package there is no dist: all is in one bundle.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(import.meta.resolve('../dist/src/main.js'));
await import(existsSync(built) ? '../dist/src/main.js' : '../bundle/src/main.js');
