// Publishes every public package that the registry does not have yet in its version, those others depend on first, with
// provenance. Run by .github/workflows/release.yml; npm takes the workflow's identity in place of a token.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const manifestOf = folder => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
const npm = (...args) => execFileSync('npm', args, { stdio: 'inherit' });
const { GITHUB_REF_NAME: tag, GITHUB_REPOSITORY: repository } = process.env;

/** In the order of the workspaces, in which no package comes before one it depends on. */
const folders = manifestOf('.').workspaces.filter(folder => !manifestOf(folder).private);

for (const folder of folders) {
  const { name, version } = manifestOf(folder);
  if (tag !== `v${version}`) throw new Error(`${name} is ${version}, the tag ${tag}.`);
  // What npm compares with the workflow's identity; known where the release runs, and nowhere before.
  const url = `repository.url=git+https://github.com/${repository}.git`;
  npm('pkg', 'set', `--workspace=${folder}`, 'repository.type=git', url, `repository.directory=${folder}`);
  if (
    spawnSync('npm', ['view', `${name}@${version}`, 'version'])
      .stdout.toString()
      .trim() === version
  ) {
    console.log(`${name}@${version} is there already.`);
    continue;
  }
  npm('publish', `--workspace=${folder}`, '--provenance', '--access=public');
}
