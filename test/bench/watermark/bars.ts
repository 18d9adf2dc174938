import type { AttackName } from './attacks.ts';
import type { Quality } from './quality/quality.ts';

/** What has to be reached under an attack. */
export interface DetectionBar {
  readonly attack: AttackName;
  /** Least share of trials in which the right id is reported. */
  readonly share: number;
  readonly seconds: number;
  /** A bar that is aimed at but does not fail the run. */
  readonly stretch?: true;
  /** audiowmark 0.6.5, 128 bit: clips with the right message of those tried, at the lengths named. */
  readonly audiowmark: string;
}

/** In 5 s: what a recorder, a call centre's archive or a messenger does. In 10 s and more: mobile networks, rooms, edits. */
export const DETECTION_BARS: readonly DetectionBar[] = [
  { attack: 'none', share: 0.95, seconds: 5, audiowmark: '4/4 from 15 s' },
  { attack: 'g711', share: 0.95, seconds: 5, audiowmark: '4/4 from 15 s' },
  { attack: 'mp3-32', share: 0.95, seconds: 5, audiowmark: '4/4 from 15 s' },
  { attack: 'opus-24', share: 0.95, seconds: 5, audiowmark: '4/4 from 15 s' },
  { attack: 'aac-32', share: 0.95, seconds: 5, audiowmark: '1/1 from 15 s' },
  { attack: 'room', share: 0.95, seconds: 5, audiowmark: '3/3 from 15 s' },
  { attack: 'opus-12', share: 0.95, seconds: 10, audiowmark: '15 s 0/4, 30 s 4/4' },
  { attack: 'gsm', share: 0.95, seconds: 10, audiowmark: '30 s 0/4, 60 s 2/4' },
  { attack: 'amr-12.2', share: 0.95, seconds: 10, audiowmark: '15 s 0/4, 30 s 1/4, 60 s 4/4' },
  { attack: 'noise-10', share: 0.95, seconds: 10, audiowmark: '15 s 1/4, 30 s 2/4, 60 s 3/4' },
  { attack: 'far-room', share: 0.95, seconds: 10, audiowmark: '15 s 0/3, 30 s 1/3, 60 s 3/3' },
  { attack: 'room+opus-12', share: 0.95, seconds: 10, audiowmark: '' },
  { attack: 'silence-trimmed', share: 0.95, seconds: 10, audiowmark: '30 and 60 s 0/2' },
  { attack: 'speed+3', share: 0.95, seconds: 20, audiowmark: '30 s 1/1' },
  { attack: 'speed-3', share: 0.95, seconds: 20, audiowmark: '30 s 2/2' },
  { attack: 'tempo-1.05', share: 0.95, seconds: 20, audiowmark: '30 and 60 s 0/2' },
  { attack: 'amr-4.75', share: 0.9, seconds: 30, stretch: true, audiowmark: '60 s 0/4' },
];

/** Attacks that need the detector's search for changes of speed. */
export const SPEED_ATTACKS: ReadonlySet<AttackName> = new Set([
  'speed+1',
  'speed-1',
  'speed+3',
  'speed-3',
  'tempo-1.05',
]);

/** Shortest clips that the search for changes of speed is measured on. */
export const SPEED_SECONDS = 20;

/** A limit on something measured. */
export interface Limit {
  readonly least?: number;
  readonly most?: number;
}

/** Each holds for every clip. What audiowmark has on the same kind of speech stands beside. */
export const QUALITY_BARS: Readonly<Record<keyof Quality, Limit & { audiowmark: string; unit: string }>> = {
  segmentalSnrDecibels: { least: 22.5, audiowmark: '22.5 to 29.2', unit: 'dB' },
  logSpectralDistanceDecibels: { most: 1.9, audiowmark: '1.5 to 2.0', unit: 'dB' },
  noiseToMaskDecibels: { most: -5.5, audiowmark: '-6.2', unit: 'dB' },
  increaseDecibels: { most: 0.5, audiowmark: '', unit: 'dB' },
  depth: { audiowmark: '', unit: '' },
  broadbandDepth: { audiowmark: '', unit: '' },
};

/** Share of bits of the forensic mark that may be read wrongly, in segments of so many seconds. */
export const FORENSIC_BARS: readonly { attack: AttackName; seconds: number; most: number }[] = [
  { attack: 'opus-12', seconds: 4, most: 0.005 },
  { attack: 'gsm', seconds: 4, most: 0.005 },
  { attack: 'room', seconds: 4, most: 0.005 },
];

/** Share of copies of so many seconds whose listener fits best of ten thousand, in segments of so many. */
export const LISTENER_BARS: readonly (Limit & { seconds: number; copySeconds: number })[] = [
  { seconds: 2, copySeconds: 75, least: 0.95 },
  { seconds: 4, copySeconds: 150, least: 0.95 },
  { seconds: 2, copySeconds: 90 },
  { seconds: 2, copySeconds: 100 },
];

/** Cost on one core; times real time unless said otherwise. */
export const COST_BARS = {
  workletShare: { most: 0.03 },
  latencySeconds: { most: 0.025 },
  embedderSpeed: {},
  embedderSpeedAt8k: { least: 350 },
  variantSpeedAt8k: { least: 350 },
  variantSpeedAt48k: {},
  detectorSpeed: { least: 40 },
  detectorSpeedUnmarked: {},
  detectorSpeedWithSearch: { least: 9 },
} satisfies Record<string, Limit>;

/** Whether a value keeps within a limit. */
export const holds = (value: number, { least = -Infinity, most = Infinity }: Limit): boolean =>
  value >= least && value <= most;
