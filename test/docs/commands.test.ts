import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasProgram } from '../support/has-program.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { blocksIn } from './code-blocks.ts';
import { ShellSession } from './shell-session.ts';

let postgres: PostgresServer | undefined;
beforeAll(async () => {
  postgres = await PostgresServer.start();
});
afterAll(() => postgres?.stop());

/** Pages with commands, and what they need besides this project; without it they are skipped, and the report says so. */
const needs: Readonly<Record<string, () => boolean>> = {
  'docs/grants.md': () => hasProgram('java'),
  'docs/service.md': () => postgres !== undefined,
};
const pages = [...new Set(blocksIn('sh').map(({ file }) => file))];

test.for(pages)('the commands of %s run as they stand', { timeout: 600_000 }, async (page, { skip }) => {
  if (needs[page]?.() === false) skip('what it needs is not installed');
  const settings = postgres ? { PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: 'owner' } : {};
  const session = await ShellSession.open(page, settings);
  try {
    const { code, output } = await session.run();
    expect(code, output).toBe(0);
    const blocks = blocksIn('sh').filter(({ file }) => file === page);
    expect(output.split('\n@@ ').length - 1).toBe(blocks.length);
  } finally {
    await session.close();
  }
});
