import { spawnSync } from 'node:child_process';
import { installDebian } from './install-debian.mjs';

const works = command => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;

/** Finds a JDK; else installs Debian's where that is allowed. Only the Java sample's test needs it. */
export async function ensureJava() {
  if (works('javac') && works('java')) return;
  if (!(await installDebian('Java', 'default-jdk-headless')))
    console.log('No JDK was found: the test of the Java sample is skipped.');
}
