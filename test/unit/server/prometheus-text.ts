const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const SAMPLE = new RegExp(`^(${NAME}(?:\\{${LABEL}(?:,${LABEL})*\\})?) ([0-9.e+-]+|\\+Inf|NaN)$`);
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);

export interface PrometheusText {
  /** Name with labels -> value. */
  readonly samples: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
  /** Names of labels that occur. */
  readonly labels: ReadonlySet<string>;
}

/**
 * Reads the Prometheus text format 0.0.4 as strictly as its grammar is written.
 * @throws {Error} on a line that is none of it
 */
export function readPrometheusText(text: string): PrometheusText {
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  const labels = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', words = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'TYPE') types.set(name, words);
    if (kind !== undefined) continue;
    const [, series, value] = SAMPLE.exec(line) ?? [];
    if (series === undefined || samples.has(series)) throw new Error(`This is no sample: ${line}`);
    samples.set(series, Number(value));
    for (const [, label = ''] of series.matchAll(/[{,]([a-zA-Z_]+)="/g)) labels.add(label);
  }
  return { samples, types, labels };
}
