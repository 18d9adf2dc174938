import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Absolute paths of the two programs of an ffmpeg installation. */
export interface FfmpegTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** Looks for ffmpeg and ffprobe on the `PATH`. @returns undefined when either is missing */
export async function findFfmpeg(path: string = process.env['PATH'] ?? ''): Promise<FfmpegTools | undefined> {
  const ffmpeg = await findProgram('ffmpeg', path);
  const ffprobe = await findProgram('ffprobe', path);
  return ffmpeg !== undefined && ffprobe !== undefined ? { ffmpeg, ffprobe } : undefined;
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  // A relative entry would run what lies beside the recordings.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const candidate = join(folder, file);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
