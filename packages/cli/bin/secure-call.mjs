#!/usr/bin/env node
// Committed, and not built: npm leaves out a bin that is missing when it installs.
import { main } from '../dist/index.js';

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort());

const { stdout, stderr } = process;
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, signal: controller.signal });
