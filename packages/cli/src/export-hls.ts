import { parseArgs } from 'node:util';
import { exportHls } from '@secure-call/packager';
import { type Command, required, UsageError } from './command.ts';
import { readKeyFile } from './key-files.ts';
import { readRegistrationFile } from './registration-file.ts';

/** `secure-call export-hls PACKAGE --out FOLDER ...` */
export const exportHlsCommand: Command = {
  name: 'export-hls',
  summary: 'Write the sound of a package as HLS with its keys',
  help: `Usage: secure-call export-hls PACKAGE --registration FILE --packager-key FILE
                              --archive-key FILE --out FOLDER

Writes the sound of a package as an HLS playlist that holds every key, for
players that know AES-256-GCM (shaka-player 5 does) and for escrow. Every part
is checked and opened first. Whoever has FOLDER can listen, and nobody will
know: the key service does not hear of it.

  --registration FILE  what "secure-call pack --register FILE" wrote
  --packager-key FILE  public key of the packager
  --archive-key FILE   private key of the archive
  --out FOLDER         where to write; must not exist
  --variant A|B        which variant of marked sound; A where not given
`,
  async run(args, { stdout, stderr }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        registration: { type: 'string' },
        'packager-key': { type: 'string' },
        'archive-key': { type: 'string' },
        out: { type: 'string' },
        variant: { type: 'string' },
      },
    });
    const [folder, ...others] = positionals;
    if (folder === undefined || others.length > 0) throw new UsageError('Name the folder of one package.');
    const paths = {
      registration: required(values.registration, '--registration FILE'),
      packagerKey: required(values['packager-key'], '--packager-key FILE'),
      archiveKey: required(values['archive-key'], '--archive-key FILE'),
      to: required(values.out, '--out FOLDER'),
    };
    const { durationSeconds, segments } = await exportHls({
      folder,
      registration: await readRegistrationFile(paths.registration),
      packagerKey: await readKeyFile(paths.packagerKey, 'packager', 'public'),
      archiveKey: await readKeyFile(paths.archiveKey, 'archive', 'private'),
      to: paths.to,
      ...readVariant(values.variant),
    });
    stdout.write(`Exported ${durationSeconds.toFixed(1)} s in ${segments} segment(s).\n`);
    stderr.write('WARNING: the folder now holds the keys. Whoever can read it can listen, unrecorded.\n');
    return 0;
  },
};

function readVariant(name: string | undefined): { readonly variant?: 'A' | 'B' } {
  if (name === undefined) return {};
  if (name === 'A' || name === 'B') return { variant: name };
  throw new UsageError('--variant is A or B.');
}
