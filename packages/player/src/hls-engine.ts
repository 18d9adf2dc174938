import type {
  FragmentLoaderContext,
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  PlaylistLoaderContext,
} from 'hls.js/light';
import { SecureCallError } from '@secure-call/protocol';
import { Hls } from './hls.ts';
import { loaded, loadTimes } from './load-times.ts';
import { playbackError } from './playback-error.ts';
import { numberIn } from './vault/synthetic-playlist.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

/** Never fetched: hls.js wants an address, and the playlist it gets is made here. RFC 2606 section 2. */
const PLAYLIST_URL = 'https://call.invalid/audio.m3u8';

export interface HlsEngineOptions {
  readonly media: HTMLMediaElement;
  /** Plaintext of a segment or an initialization section, by the playlist's numbers. */
  readonly segment: (index: number) => Promise<ArrayBuffer>;
  readonly onFatal: (error: SecureCallError) => void;
}

/** What is to be played. */
export interface EngineStart {
  readonly session: OpenedSession;
  /** Media seconds to start at. */
  readonly startSeconds: number;
}

/** Whether this browser can take segments from script. */
export const isEngineSupported = (): boolean => Hls.isSupported();

/** hls.js with every load answered from the vault and every other load refused. */
export class HlsEngine {
  readonly #hls: Hls;
  #playlist = '';
  #destroyed = false;

  /** Opens the media element, which takes a moment; nothing has to be known of the call for that. */
  constructor({ media, segment, onFatal }: HlsEngineOptions) {
    const fatal = (error: unknown): void => {
      if (!this.#destroyed) onFatal(playbackError(error));
    };
    this.#hls = new Hls({
      pLoader: playlistLoader(() => this.#playlist),
      fLoader: fragmentLoader(segment, fatal),
      loader: refusingLoader(),
      ...engineConfig(),
    });
    // hls.js error objects can carry buffers: only the fact that it failed is passed on.
    this.#hls.on(Hls.Events.ERROR, (_event, data) => {
      if (data.fatal) fatal(new SecureCallError('playback_failed', 'The recording could not be played.'));
    });
    this.#hls.attachMedia(media);
  }

  /** Loads the call from there on. */
  start({ session, startSeconds }: EngineStart): void {
    // Nothing is buffered that could not be leased.
    const maxBufferLength = session.aheadSeconds * 0.75;
    Object.assign(this.#hls.config, {
      startPosition: startSeconds,
      maxBufferLength,
      maxMaxBufferLength: maxBufferLength,
    } satisfies Partial<HlsConfig>);
    this.#playlist = session.playlist;
    this.#hls.loadSource(PLAYLIST_URL);
  }

  /** Empties the media element's buffers. */
  destroy(): void {
    this.#destroyed = true;
    this.#hls.destroy();
  }
}

function engineConfig(): Partial<HlsConfig> {
  // A failed load is fatal at once: hls.js would retry silently, or skip a segment as a gap.
  const policy = {
    default: {
      maxTimeToFirstByteMs: Infinity,
      maxLoadTimeMs: Infinity,
      timeoutRetry: null,
      errorRetry: null,
    },
  };
  return {
    // Otherwise hls.js asks for the first segment only at its next look round, up to 100 ms after the playlist.
    startFragPrefetch: true,
    enableWorker: false,
    enableSoftwareAES: false,
    progressive: false,
    lowLatencyMode: false,
    testBandwidth: false,
    // Little stays behind the position.
    backBufferLength: 15,
    fragLoadPolicy: policy,
    playlistLoadPolicy: policy,
    manifestLoadPolicy: policy,
  };
}

type LoaderClass<T extends LoaderContext> = new (config: HlsConfig) => Loader<T>;
type Serve<T extends LoaderContext> = (context: T) => Promise<string | ArrayBuffer>;

/** A loader class in the form hls.js wants, around one asynchronous function. */
function loaderClass<T extends LoaderContext>(serve: Serve<T>): LoaderClass<T> {
  return class implements Loader<T> {
    context: T | null = null;
    readonly stats = loadTimes();
    #callbacks: LoaderCallbacks<T> | undefined;

    load(context: T, _config: LoaderConfiguration, callbacks: LoaderCallbacks<T>): void {
      this.context = context;
      this.#callbacks = callbacks;
      serve(context).then(
        data => this.#succeed(context, data),
        () => this.#fail(context),
      );
    }

    #succeed(context: T, data: string | ArrayBuffer): void {
      loaded(this.stats, typeof data === 'string' ? data.length : data.byteLength);
      this.#callbacks?.onSuccess({ url: context.url, data, code: 200 }, this.stats, context, null);
    }

    #fail(context: T): void {
      this.#callbacks?.onError({ code: 0, text: 'refused' }, context, null, this.stats);
    }

    abort(): void {
      if (!this.#callbacks || !this.context) return;
      const { onAbort } = this.#callbacks;
      this.stats.aborted = true;
      this.#callbacks = undefined;
      onAbort?.(this.stats, this.context, null);
    }

    destroy(): void {
      this.#callbacks = undefined;
      this.context = null;
    }
  };
}

const playlistLoader = (playlist: () => string): LoaderClass<PlaylistLoaderContext> =>
  loaderClass<PlaylistLoaderContext>(() => Promise.resolve(playlist()));

function fragmentLoader(
  segment: (index: number) => Promise<ArrayBuffer>,
  fatal: (error: unknown) => void,
): LoaderClass<FragmentLoaderContext> {
  return loaderClass<FragmentLoaderContext>(async ({ url }) => {
    try {
      return await segment(numberIn(url));
    } catch (error) {
      fatal(error);
      throw error;
    }
  });
}

const refusingLoader = (): LoaderClass<LoaderContext> =>
  loaderClass(() => Promise.reject(new SecureCallError('playback_failed', 'The player loads nothing else.')));
