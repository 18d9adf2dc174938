import type { Input, MetadataTags } from 'mediabunny';

/**
 * The text among a file's tags, by their own names (`TIT2`, `ICMT`); pictures and other binary are dropped. Tags that
 * are damaged give none: the sound is what counts.
 */
export async function readTextTags(input: Input): Promise<Record<string, string>> {
  try {
    return textTags(await input.getMetadataTags());
  } catch {
    return {};
  }
}

function textTags({ raw = {} }: MetadataTags): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === 'string') tags[name] = value;
    else if (isTextRecord(value))
      for (const [key, text] of Object.entries(value)) tags[`${name}:${key}`] = text;
  }
  return tags;
}

/** ID3v2 `TXXX` frames come as a record of texts. */
const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.values(value).every(text => typeof text === 'string');
