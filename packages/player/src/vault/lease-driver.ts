import {
  type AudioTrack,
  type LeaseAnswer,
  leaseAnswerSchema,
  type LeaseRequest,
  parse,
  SecureCallError,
  type SecureCallErrorCode,
  segmentIndexAt,
  segmentSpan,
  ServiceRefusal,
  type TrackName,
} from '@secure-call/protocol';
import { playbackError } from '../playback-error.ts';
import type { Progress } from './vault-messages.ts';

const RETRY_MS = [1000, 2000, 4000, 8000];
/** While playing, the service hears from us at least this often. */
const RENEW_MS = 10_000;
/** Events wait so long for others and for a lease, since there is one request at a time. */
const GATHER_MS = 50;
/** Events in one request; a request stays small enough to be quick. */
const MAX_EVENTS = 64;

/** Whoever jumps on sooner only looks for a place; until then no more is unlocked than the next moment needs. */
const LOOKING_SECONDS = 2;
const LOOKING_REACH_SECONDS = 1;
/** Sound that does not move within this time after a jump waits for more than it has. */
const STUCK_SECONDS = 0.5;
/** From then on so much is unlocked ahead, and so much more with every second. */
const LISTENING_REACH_SECONDS = 4;
const REACH_PER_SECOND = 4;
const REACH_LOOK_MS = 500;
/** A larger step between two reports of the position is a jump. */
const JUMP_SECONDS = 3;

/** What the driver needs of the session around it. */
export interface LeasePort {
  readonly track: AudioTrack;
  readonly windowSeconds: number;
  /** Windows that may be unlocked ahead right now. */
  windowsAhead(): number;
  has(index: number): boolean;
  /** Whether the grant covers a segment. */
  permits(index: number): boolean;
  unacknowledged(): readonly string[];
  send(request: LeaseRequest): Promise<unknown>;
  /** Takes keys and acknowledgement in. */
  answered(answer: LeaseAnswer): Promise<void>;
  withheld(track: TrackName): void;
  reportWanted(): void;
  ended(code: SecureCallErrorCode, message: string): void;
}

interface Renewal {
  readonly resolve: () => void;
  readonly reject: (error: SecureCallError) => void;
}

/** Asks for the next seconds' keys as playback progresses: one request at a time, each repeatable. */
export class LeaseDriver {
  readonly #port: LeasePort;
  readonly #wantedData = new Set<TrackName>();
  #progress: Progress = { positionSeconds: 0, playing: false };
  #jumpedTo = 0;
  #jumpedAtMs = performance.now();
  #reachTimer: ReturnType<typeof setTimeout> | undefined;
  #gatherTimer: ReturnType<typeof setTimeout> | undefined;
  #leaseSeq = 1;
  /** A request whose fate is unknown; it is repeated as it was, so that it counts once. */
  #unanswered: Pick<LeaseRequest, 'leaseSeq' | 'from' | 'tracks'> | undefined;
  #held = false;
  #flush = false;
  #renewals: Renewal[] = [];
  #audioNotBefore = 0;
  #answeredAt = performance.now();
  #failures = 0;
  #running = false;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(port: LeasePort) {
    this.#port = port;
  }

  progress(progress: Progress): void {
    const step = progress.positionSeconds - this.#progress.positionSeconds;
    if (step < 0 || step > JUMP_SECONDS) {
      this.#jumpedTo = progress.positionSeconds;
      this.#jumpedAtMs = performance.now();
    }
    this.#progress = progress;
    this.#kick();
    this.#growReach();
  }

  /** While held, no seconds are leased, whatever the position says. */
  hold(held: boolean): void {
    this.#held = held;
    this.#kick();
  }

  /** Asks for a data track with the next request. */
  want(track: TrackName): void {
    this.#wantedData.add(track);
    this.#kick();
  }

  /** Delivers waiting events soon. */
  flush(): void {
    this.#flush = true;
    this.#gatherTimer ??= setTimeout(() => {
      this.#gatherTimer = undefined;
      this.#kick();
    }, GATHER_MS);
  }

  /** Asks the service now. @throws {SecureCallError} when it does not answer */
  renew(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#renewals.push({ resolve, reject });
      this.#wake();
      this.#kick();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#reachTimer);
    clearTimeout(this.#gatherTimer);
    this.#wake();
    this.#settle(renewal => renewal.reject(new SecureCallError('destroyed', 'The session has ended.')));
  }

  #kick(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#next(); next && !this.#stopped; next = this.#next()) await this.#ask(next);
    } finally {
      // In the same turn as the last look, so that no kick falls in between and is lost.
      this.#running = false;
    }
  }

  #next(): LeaseRequest | undefined {
    const events = this.#port.unacknowledged().slice(0, MAX_EVENTS);
    if (this.#unanswered) return { ...this.#unanswered, events: [...events] };
    const index = this.#missingIndex();
    // One at a time: a refusal does not tell which of several is withheld.
    const tracks: TrackName[] = [
      ...(index === undefined ? [] : ['audio' as const]),
      ...[...this.#wantedData].slice(0, 1),
    ];
    const quietMs = performance.now() - this.#answeredAt;
    const due = this.#flush || this.#renewals.length > 0 || (this.#progress.playing && quietMs > RENEW_MS);
    if (tracks.length === 0 && !due) return undefined;
    const { positionSeconds } = this.#progress;
    const from =
      index === undefined
        ? positionSeconds
        : Math.max(positionSeconds, segmentSpan(this.#port.track, index).from);
    return { leaseSeq: this.#leaseSeq, from, tracks, events: [...events] };
  }

  /** The first segment ahead of the position that is not unlocked yet. */
  #missingIndex(): number | undefined {
    if (this.#held || performance.now() < this.#audioNotBefore) return undefined;
    const { track } = this.#port;
    const position = this.#progress.positionSeconds;
    const last = segmentIndexAt(track, position + this.#reachSeconds(position));
    for (let index = segmentIndexAt(track, position); index <= last; index++) {
      if (!this.#port.has(index) && this.#port.permits(index)) return index;
    }
    return undefined;
  }

  /** Whoever only looks for a place unlocks little: the pace of leases counts what was unlocked, not what was heard. */
  #reachSeconds(position: number): number {
    const sinceSeconds = this.#listenedSeconds(position);
    if (sinceSeconds < 0) return LOOKING_REACH_SECONDS;
    return Math.min(this.#fullReachSeconds, LISTENING_REACH_SECONDS + REACH_PER_SECOND * sinceSeconds);
  }

  /** How long someone has stayed at a place, beyond looking; negative before. */
  #listenedSeconds(position: number): number {
    const played = position - this.#jumpedTo;
    return played > 0 ? played - LOOKING_SECONDS : this.#waitedSeconds() - STUCK_SECONDS;
  }

  get #fullReachSeconds(): number {
    return this.#port.windowSeconds * this.#port.windowsAhead();
  }

  /** Some engines want more than a few seconds before they play on: who waits there has not jumped on. */
  #waitedSeconds(): number {
    return this.#progress.playing ? (performance.now() - this.#jumpedAtMs) / 1000 : 0;
  }

  /** Such an engine reports no progress, so the next look must not wait for one. */
  #growReach(): void {
    clearTimeout(this.#reachTimer);
    const { playing, positionSeconds } = this.#progress;
    if (!playing || this.#stopped || this.#reachSeconds(positionSeconds) >= this.#fullReachSeconds) return;
    this.#reachTimer = setTimeout(() => {
      this.#kick();
      this.#growReach();
    }, REACH_LOOK_MS);
  }

  async #ask(request: LeaseRequest): Promise<void> {
    const { events: _events, ...repeatable } = request;
    this.#unanswered = repeatable;
    this.#flush = false;
    try {
      const answer = parse(leaseAnswerSchema, await this.#port.send(request), 'lease');
      await this.#port.answered(answer);
      this.#taken(request);
    } catch (error) {
      if (!this.#stopped) await this.#failed(request, playbackError(error));
    }
  }

  #taken(request: LeaseRequest): void {
    this.#unanswered = undefined;
    this.#leaseSeq = request.leaseSeq + 1;
    this.#failures = 0;
    this.#answeredAt = performance.now();
    for (const track of request.tracks ?? []) this.#wantedData.delete(track);
    // More were waiting than one request takes.
    this.#flush ||= request.events.length === MAX_EVENTS;
    this.#settle(renewal => renewal.resolve());
  }

  #settle(how: (renewal: Renewal) => void): void {
    const renewals = this.#renewals;
    this.#renewals = [];
    renewals.forEach(how);
  }

  async #failed(request: LeaseRequest, error: SecureCallError): Promise<void> {
    // Silence and a full record are the same to us: the request's fate is unknown, so it is repeated.
    if (
      error.code === 'service_unreachable' ||
      error.code === 'audit_unavailable' ||
      error.code === 'archive_unavailable' ||
      error.code === 'event_gap'
    ) {
      this.#settle(renewal => renewal.reject(error));
      return this.#pause(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0);
    }
    this.#unanswered = undefined;
    return this.#refused(request, error);
  }

  async #refused(request: LeaseRequest, error: SecureCallError): Promise<void> {
    const data = (request.tracks ?? []).filter(track => track !== 'audio');
    if (error.code === 'rate_limited') {
      const retryAfterSeconds = error instanceof ServiceRefusal ? error.retryAfterSeconds : undefined;
      this.#audioNotBefore = performance.now() + 1000 * (retryAfterSeconds ?? 2);
      setTimeout(() => this.#kick(), 1000 * (retryAfterSeconds ?? 2) + 10);
    } else if (error.code === 'events_required') {
      this.#port.reportWanted();
      await this.#pause(1000);
    } else if (error.code === 'lease_conflict') {
      this.#leaseSeq += 1;
    } else if (error.code === 'not_permitted' && data.length > 0) {
      for (const track of data) {
        this.#wantedData.delete(track);
        this.#port.withheld(track);
      }
    } else {
      this.#settle(renewal => renewal.reject(error));
      this.stop();
      this.#port.ended(error.code, error.message);
    }
  }

  /** Waits, unless someone asks for an answer now. */
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
