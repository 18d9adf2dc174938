import { stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { type KeyPair, SecureCallError } from '@secure-call/protocol';
import { UsageError } from './command.ts';
import { assertServiceReady, isServiceUrl, sendRegistration } from './key-service.ts';
import { createRegistrationFile } from './registration-file.ts';

/** Takes registrations, one per package. */
export interface RegistrationTarget {
  /** Refuses, before anything is packaged, what could not work afterwards. */
  prepare(recipients: readonly KeyPair['publicJwk'][]): Promise<void>;
  /** @returns the URL or the path of the file that has it now */
  take(registration: string, packageId: string): Promise<string>;
}

/** Whether several registrations can go there: a key service or a folder can take them, a file cannot. */
export async function takesSeveral(target: string): Promise<boolean> {
  return isServiceUrl(target) || (await kindOf(target)) === 'folder';
}

/**
 * A key service's URL, a folder (one `.jws` file per package) or a file to create.
 * @throws {UsageError} when it looks like a URL that lacks its scheme
 */
export async function registrationTarget(target: string, signal: AbortSignal): Promise<RegistrationTarget> {
  if (isServiceUrl(target)) return serviceTarget(target, signal);
  if (looksLikeHost(target) && (await kindOf(target)) === 'nothing')
    throw new UsageError(
      '--register names neither a URL nor a file: put https:// before it, or ./ for a file.',
    );
  return fileTarget(target);
}

function serviceTarget(url: string, signal: AbortSignal): RegistrationTarget {
  return {
    prepare: recipients => assertServiceReady(url, recipients, signal),
    async take(registration) {
      await sendRegistration(registration, url, signal);
      return url;
    },
  };
}

/** A file to create, or a folder that gets one `.jws` file per package. */
export function fileTarget(path: string): RegistrationTarget {
  return {
    async prepare() {
      const kind = await kindOf(path);
      if (kind === 'file') throw refused('The file for the registration exists already.');
      if (kind === 'nothing' && (await kindOf(dirname(path))) !== 'folder')
        throw refused(
          'The file for the registration cannot be written: there is no such folder. A URL begins with https://.',
        );
    },
    async take(registration, packageId) {
      const file = (await kindOf(path)) === 'folder' ? join(path, `${packageId}.jws`) : path;
      await createRegistrationFile(file, registration);
      return file;
    },
  };
}

/** "keys.region.example" and "localhost:8787", but not "call.jws" or "./call". */
function looksLikeHost(target: string): boolean {
  if (/[/\\]/.test(target) || ['.jws', '.json'].includes(extname(target))) return false;
  return target.includes('.') || /:\d+$/.test(target);
}

const kindOf = (path: string): Promise<'folder' | 'file' | 'nothing'> =>
  stat(path).then(
    entry => (entry.isDirectory() ? 'folder' : 'file'),
    () => 'nothing',
  );

const refused = (message: string): SecureCallError => new SecureCallError('configuration_invalid', message);
