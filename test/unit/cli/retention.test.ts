import { createCallService, openStore } from '@secure-call/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readServeConfig } from '../../../packages/cli/src/serve-config.ts';
import { ServeFolder } from '../server/serve-folder.ts';
import { run } from './captured-terminal.ts';

const YEAR_MS = 365.25 * 24 * 3600 * 1000;

let folder: ServeFolder;
beforeEach(async () => {
  folder = await ServeFolder.create();
});
afterEach(() => folder.remove());

/** A registration that is refused, so many years ago. */
async function recordYearsAgo(config: string, years: number): Promise<void> {
  const { service, store: location } = await readServeConfig(config, {});
  const store = await openStore(location);
  const handle = createCallService({ ...service, store, now: () => Date.now() - years * YEAR_MS });
  const claims = Buffer.from('{"tenant":"region-x"}').toString('base64url');
  const url = `${service.publicUrl}/registrations`;
  await handle(new Request(url, { method: 'POST', body: `e30.${claims}.x` }));
  await store.close();
}

test('deletes what is due, and says how much', async () => {
  const config = await folder.configure();
  await recordYearsAgo(config, 7);
  await recordYearsAgo(config, 1);
  const told = await run(['retention', '--config', config]);
  expect(told).toMatchObject({ exitCode: 0, stderr: '' });
  expect(told.stdout).toMatch(/^region-x: 1 records from before \d{4}-\S+ lost their content\.\n$/);
  expect((await run(['retention', '--config', config])).stdout).toContain('region-x: 0 records');
});

test('goes by the tenant, and refuses less than five years', async () => {
  const tenant = {
    id: 'region-x',
    storageBase: 'https://storage.example',
    packagers: ['packager.jwk.pub'],
    issuers: [],
  };
  const config = await folder.configure({ tenants: [{ ...tenant, retentionYears: 8 }] });
  await recordYearsAgo(config, 7);
  expect((await run(['retention', '--config', config])).stdout).toContain('region-x: 0 records');
  for (const command of ['retention', 'serve']) {
    const path = await folder.configure({ tenants: [{ ...tenant, retentionYears: 4 }] });
    const told = await run([command, '--config', path]);
    expect(told).toMatchObject({ exitCode: 1, stdout: '' });
    expect(told.stderr).toContain('retentionYears is a whole number of at least 5');
  }
});
