#!/usr/bin/env node
// A file of its own, so that it is there, and may be run, before anything is built. In the package there is no dist: all is in one bundle.
import { existsSync } from 'node:fs';

const built = new URL('../dist/src/main.js', import.meta.url);
await import(existsSync(built) ? built : new URL('../bundle/src/main.js', import.meta.url));
