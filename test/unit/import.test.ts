import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const packages = ['protocol', 'player', 'element', 'element/define', 'packager', 'server', 'cli', 'react'];

test.each(packages)('importing @secure-call/%s in plain Node does nothing', name => {
  const script = `
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    await import('@secure-call/${name}');
    const added = Object.getOwnPropertyNames(globalThis).filter(global => !before.has(global));
    process.stdout.write(JSON.stringify(added));
  `;
  const args = ['--input-type=module', '--eval', script];
  const cwd = new URL('..', import.meta.url);
  expect(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })).toBe('[]');
});
