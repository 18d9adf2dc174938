/** What can be written in the Prometheus text format 0.0.4. */
export interface Instrument {
  readonly name: string;
  /** One line of plain words. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => readonly Sample[];
}

export interface Sample {
  /** Behind the instrument's name, e.g. "_bucket". */
  readonly suffix?: string;
  /** Their values are plain words: nothing is escaped. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

type Naming = Pick<Instrument, 'name' | 'help'>;

export interface Counter extends Instrument {
  /** @param by - @default 1 */
  readonly add: (by?: number) => void;
}

/** Counts up from 0. */
export function counter(naming: Naming): Counter {
  let value = 0;
  return { ...naming, type: 'counter', add: (by = 1) => void (value += by), samples: () => [{ value }] };
}

export interface LabelledCounter<L extends string> extends Instrument {
  readonly add: (value: L) => void;
}

/** A counter for each value of one label; all stand there from the beginning, so that the first of a kind is a step. */
export function labelledCounter<L extends string>(
  naming: Naming,
  label: string,
  values: readonly L[],
): LabelledCounter<L> {
  const counts = new Map(values.map(value => [value, 0]));
  return {
    ...naming,
    type: 'counter',
    add: value => void counts.set(value, (counts.get(value) ?? 0) + 1),
    samples: () => [...counts].map(([name, value]) => ({ labels: { [label]: name }, value })),
  };
}

export interface Histogram extends Instrument {
  readonly observe: (value: number) => void;
}

/** @param bounds - upper bounds of the buckets, growing; the one without a bound comes of itself */
export function histogram(naming: Naming, bounds: readonly number[]): Histogram {
  const buckets = [...bounds, Infinity].map(bound => ({ bound, count: 0 }));
  let sum = 0;
  let count = 0;
  return {
    ...naming,
    type: 'histogram',
    observe(value) {
      sum += value;
      count += 1;
      for (const bucket of buckets) if (value <= bucket.bound) bucket.count += 1;
    },
    samples: () => [
      ...buckets.map(bucket => ({
        suffix: '_bucket',
        labels: { le: bucket.bound === Infinity ? '+Inf' : String(bucket.bound) },
        value: bucket.count,
      })),
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: count },
    ],
  };
}

/** The text that Prometheus reads. */
export const prometheusText = (instruments: readonly Instrument[]): string =>
  instruments
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples().map(
        ({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${value}`,
      ),
    ])
    .map(line => `${line}\n`)
    .join('');

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
