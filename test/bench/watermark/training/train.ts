// Trains the detector's network on the training voices and writes `packages/watermark/src/detector/chip-weights.ts`.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import {
  BATCH_CHIPS,
  ChipNetwork,
  INPUT_SIZE,
  type Layer,
  type StoredLayer,
} from '@secure-call/watermark/detector';
import { trainingClips } from '../corpus.ts';
import { CODEC_PACKAGES, ensurePackages } from '../installed-packages.ts';
import { seededRandom } from '../seeded-random.ts';
import { doInWorkers } from '../worker-pool.ts';
import { ChipSamples } from './chip-samples.ts';
import type { ExampleTask } from './examples-worker.ts';
import type { Example } from './examples.ts';
import { BATCH, Trainer } from './trainer.ts';

const HIDDEN = [256, 64];
const BATCHES_OF_ROUND = 4000;
const EXAMPLES_FILE = 'test/var/watermark-examples.bin';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '48' },
    draws: { type: 'string', default: '3' },
    /** Learn once more from the examples of the last run. */
    again: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);

/** Voices that are only listened to, so that one sees whether learning carries over. */
const HELD_BACK: ReadonlySet<string> = new Set(['menardi-it', 'ktuberling-uk', 'klettres-da', 'phone-call']);

/** Chips of the real-time mark in ten seconds. */
const CHIPS_IN_10_SECONDS = (16 * 10) / 0.048;

const examples = options.again
  ? (deserialize(await readFile(EXAMPLES_FILE)) as Example[])
  : await makeExamples();
const learned = new ChipSamples(examples.filter(({ voice }) => !HELD_BACK.has(voice)));
const held = examples.filter(({ voice, bands }) => HELD_BACK.has(voice) && bands === 'client');
const heldSamples = new ChipSamples(held);

const random = seededRandom('training');
const trainer = new Trainer(HIDDEN, rounds * BATCHES_OF_ROUND * BATCH, random);
for (let round = 1; round <= rounds; round += 1) {
  const loss = trainer.learn(learned, BATCHES_OF_ROUND, random);
  console.log(`round ${round} of ${rounds}: loss ${loss.toFixed(5)} nats`);
  if (round % 5 === 0 || round === rounds) console.log(heldBack());
}
await writeFile('packages/watermark/src/detector/chip-weights.ts', weightsFile(trainer.layers.map(stored)));

async function makeExamples(): Promise<Example[]> {
  ensurePackages(CODEC_PACKAGES);
  const clips = await trainingClips();
  const draws = Array.from({ length: Number(options.draws) }, (_, draw) => draw);
  const tasks = clips.flatMap((_, clip) => draws.map((draw): ExampleTask => ({ clip, draw })));
  const made: Example[] = [];
  await doInWorkers({
    script: new URL('./examples-worker.js', import.meta.url),
    given: clips,
    tasks,
    finished: async answer => {
      made.push(answer as Example);
      if (made.length % 50 === 0) console.log(`${made.length} of ${tasks.length} examples`);
    },
  });
  // In an order that does not depend on which worker was faster.
  made.sort((one, other) => (one.name < other.name ? -1 : 1));
  await writeFile(EXAMPLES_FILE, serialize(made));
  return made;
}

/** What ten seconds of each kind of example would score, by voices that were not learned from. */
function heldBack(): string {
  const network = new ChipNetwork(trainer.layers);
  const scores = new Map<string, number[]>();
  held.forEach(({ lesson }, index) =>
    scores.set(lesson, [...(scores.get(lesson) ?? []), scoreOf(index, network)]),
  );
  return [...scores]
    .map(
      ([lesson, all]) =>
        `${lesson} ${(all.reduce((sum, score) => sum + score, 0) / all.length).toFixed(2)} (${all.length})`,
    )
    .sort()
    .join(', ');
}

function scoreOf(index: number, network: ChipNetwork): number {
  const signs: number[] = [];
  const ratios = new Float32Array(BATCH_CHIPS);
  let agreement = 0;
  let energy = 0;
  let count = 0;
  const flush = (): void => {
    network.ratios(ratios);
    for (const [chip, sign] of signs.entries()) {
      agreement += sign * (ratios[chip] as number);
      energy += (ratios[chip] as number) ** 2;
    }
    count += signs.length;
    signs.length = 0;
  };
  heldSamples.forEach(index, sign => {
    network.inputs.set(heldSamples.inputs, signs.length * INPUT_SIZE);
    if (signs.push(sign) === BATCH_CHIPS) flush();
  });
  flush();
  return (agreement / Math.sqrt(energy)) * Math.sqrt(CHIPS_IN_10_SECONDS / count);
}

/** Whole numbers of 16 bits: the loss is below what a listener of numbers could tell. */
function stored({ inputs, outputs, weights, biases }: Layer): StoredLayer {
  const all = [...weights, ...biases];
  const scale = Math.max(...all.map(Math.abs)) / 32_767;
  const numbers = Int16Array.from(all, value => Math.round(value / scale));
  return { inputs, outputs, scale, values: Buffer.from(numbers.buffer).toString('base64') };
}

function weightsFile(layers: readonly StoredLayer[]): string {
  const literal = layers.map(
    ({ inputs, outputs, scale, values }) =>
      `  { inputs: ${inputs}, outputs: ${outputs}, scale: ${scale}, values: '${values}' },\n`,
  );
  return `// Written by \`npm run train:watermark\`; see docs/watermark.md.
import type { StoredLayer } from './trained-network.ts';

export const CHIP_WEIGHTS: readonly StoredLayer[] = [
${literal.join('')}];
`;
}
