/** Words of a cue, or a span that was taken out of the recording. */
export interface TranscriptPiece {
  /** What was said; of a redacted span, what kind of thing it was. */
  readonly text: string;
  readonly redacted: boolean;
}

/** What one person said without a break. */
export interface TranscriptCue {
  /** Seconds from the recording's first sample. */
  readonly from: number;
  readonly to: number;
  /** As the transcript names them; the channel's role where it is one. Empty where it names nobody. */
  readonly speaker: string;
  readonly pieces: readonly TranscriptPiece[];
}

export interface Transcript {
  readonly cues: readonly TranscriptCue[];
  readonly chapters: readonly { readonly from: number; readonly title: string }[];
}

const STAMP = /(?:(\d+):)?(\d\d):(\d\d\.\d{3})/.source;
const TIMINGS = new RegExp(`^${STAMP}[ \\t]+-->[ \\t]+${STAMP}`);
const VOICE = /<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>/;
const REDACTED = /<c(?:\.[^>]*)?\.redacted(?:\.[^>]*)?>([^]*?)<\/c>/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '',
  rlm: '',
};

/**
 * Reads a package's WebVTT (W3C WebVTT section 4.1), which the packager has checked. `<v …>` names who speaks,
 * `<c.redacted>` what was taken out, and a cue with the identifier "chapter" begins a chapter.
 */
export function readTranscript(text: string): Transcript {
  const blocks = text.split(/\n{2,}/).flatMap(block => readBlock(block.split('\n')));
  return {
    cues: blocks.filter(({ id }) => id !== 'chapter').map(({ from, to, body }) => readCue(from, to, body)),
    chapters: blocks
      .filter(({ id }) => id === 'chapter')
      .map(({ from, body }) => ({ from, title: plain(body) })),
  };
}

interface Block {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly body: string;
}

function readBlock(lines: readonly string[]): readonly Block[] {
  const at = lines.findIndex(line => TIMINGS.test(line));
  const stamps = TIMINGS.exec(lines[at] ?? '');
  if (!stamps) return [];
  const [from, to] = [seconds(stamps.slice(1, 4)), seconds(stamps.slice(4, 7))];
  return [{ id: lines[at - 1] ?? '', from, to, body: lines.slice(at + 1).join(' ') }];
}

function readCue(from: number, to: number, body: string): TranscriptCue {
  const pieces = body
    .split(REDACTED)
    .map((text, place) => ({ text: plain(text), redacted: place % 2 === 1 }))
    .filter(({ text, redacted }) => redacted || text !== '');
  return { from, to, speaker: plain(VOICE.exec(body)?.[1] ?? ''), pieces };
}

const plain = (text: string): string =>
  text
    .replace(/<[^>]*>/g, '')
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();

const seconds = ([hours = '0', minutes = '0', rest = '0']: readonly (string | undefined)[]): number =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
