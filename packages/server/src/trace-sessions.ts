import {
  type ChipNetwork,
  FALSE_POSITIVE_BOUND,
  KeyDetector,
  type KnownIdEvidence,
  UNDISTORTED,
  viewClip,
  type Distortion,
} from '@secure-call/watermark/detector';
import { type ClipWindow, earsOf, loudest, windowsOf } from './trace-clip.ts';
import type { GiveWay } from './trace-place.ts';
import type { QuestionedSession, SessionStanding, TracedListener, TracedSession } from './trace-report.ts';
import type { PlacedClip } from './trace-search.ts';

export interface SessionSearch {
  /** Key of the tenant's real-time mark. */
  readonly watermarkKey: Uint8Array<ArrayBuffer>;
  readonly network: ChipNetwork;
  readonly giveWay: GiveWay;
}

/** What is listened to for a session's mark. */
interface Look {
  readonly window: ClipWindow;
  readonly distortion: Distortion;
}

/**
 * Pieces of a clip that are looked at: a session's mark needs seconds, not minutes. Where the recording was recognised, the piece
 * in which that is surest is the best for this mark too; elsewhere the loudest ones are taken.
 */
const SURE_LOOKS = 1;
const LOUD_LOOKS = 2;

/** Ids that are scored at a time, so that a service can answer others in between. */
const IDS_AT_ONCE = 256;

/** A mark that is there is read with few errors: a code that differs in more than a quarter of so many segments is not in the copy. */
const TELLING_SEGMENTS = 8;
const TELLING_SHARE = 1 / 4;

/**
 * The best evidence for each session in any piece of any clip; pieces and ids share the bound. A piece carries the mark of one
 * session, which lends evidence to every id that shares symbols with it by chance: of these `scoreIds` finds none.
 */
export async function scoreSessions(
  clips: readonly PlacedClip[],
  sessions: readonly QuestionedSession[],
  { watermarkKey, network, giveWay }: SessionSearch,
): Promise<Omit<TracedSession, 'standing' | 'named'>[]> {
  const detector = await KeyDetector.of(watermarkKey);
  const looks = clips.flatMap(looksAt);
  const best = new Map<number, HeardId>();
  for (const { window, distortion } of looks) {
    const { phases, seconds } = viewClip(window.samples(), window.sampleRateHz, network, distortion);
    await giveWay();
    for (let from = 0; from < sessions.length; from += IDS_AT_ONCE) {
      const ids = sessions.slice(from, from + IDS_AT_ONCE).map(({ watermarkId }) => watermarkId);
      const extraNats = Math.log((looks.length * sessions.length) / ids.length);
      for (const { id, score, falsePositiveBound } of detector.scoreIds(phases, ids, extraNats)) {
        const heard = { score, falsePositiveBound, seconds };
        if (isStronger(heard, best.get(id))) best.set(id, heard);
      }
      await giveWay();
    }
  }
  return sessions
    .map(session => {
      const { score = 0, falsePositiveBound = 1, seconds = 0 } = best.get(session.watermarkId) ?? {};
      return { ...session, score, falsePositiveBound, seconds };
    })
    .sort((a, b) => a.falsePositiveBound - b.falsePositiveBound || b.score - a.score);
}

/** What a piece says of an id. */
interface HeardId extends Pick<KnownIdEvidence, 'score' | 'falsePositiveBound'> {
  /** Length of the piece. */
  readonly seconds: number;
}

const isStronger = (one: HeardId, other: HeardId | undefined): boolean =>
  !other ||
  one.falsePositiveBound < other.falsePositiveBound ||
  (one.falsePositiveBound === other.falsePositiveBound && one.score >= other.score);

/** Where the recording's own mark was found, its speed is known; elsewhere the sound is taken as it is. */
function looksAt({ clip, windows }: PlacedClip): Look[] {
  if (windows.length > 0)
    return windows
      .toSorted((a, b) => b.place.evidenceNats - a.place.evidenceNats)
      .slice(0, SURE_LOOKS)
      .map(({ window, place }) => ({ window, distortion: place.view.distortion }));
  return earsOf(clip).flatMap(ear =>
    loudest(windowsOf(clip, ear), LOUD_LOOKS).map(window => ({ window, distortion: UNDISTORTED })),
  );
}

/**
 * What a session's mark is worth beside what the copy's own mark says.
 * @param listeners - everyone who had keys of the calls, all of them
 */
export function standingOf(
  { falsePositiveBound, call, rev, iss, sub }: Omit<TracedSession, 'standing' | 'named'>,
  listeners: readonly TracedListener[],
): SessionStanding {
  if (falsePositiveBound > FALSE_POSITIVE_BOUND) return 'none';
  const there = listeners.filter(listener => listener.call === call && listener.rev === rev);
  const own = there.find(listener => listener.iss === iss && listener.sub === sub);
  if (own?.named) return 'confirms';
  if (there.some(({ named }) => named) || (own && isAgainst(own))) return 'contradicts';
  return 'lead';
}

const isAgainst = ({ agreed, differing }: TracedListener): boolean =>
  agreed + differing >= TELLING_SEGMENTS && differing > TELLING_SHARE * (agreed + differing);
