import type { CallPlayer, ChannelSettings, PlaybackSettings, PlayerState } from '@secure-call/player';
import type { FrameAnswer, FrameCommands } from './frame-messages.ts';

/**
 * The player in the frame, driven across the port. It tells the same states. Peaks and transcript stay in the frame, and
 * what needs a person's click there is refused here.
 */
export class FramedPlayer implements CallPlayer {
  readonly peaks: undefined;
  readonly transcript: undefined;
  readonly #listeners = new Set<() => void>();
  readonly #pending = new Map<number, (answer: FrameAnswer) => void>();
  #state: PlayerState = { status: 'idle' };
  #port: MessagePort | undefined;
  #lastId = 0;

  get state(): PlayerState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A frame has come, with a player that has not been opened. */
  connect(port: MessagePort): void {
    this.#port = port;
    this.become({ status: 'idle' });
  }

  become(state: PlayerState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  settle(answer: FrameAnswer): void {
    this.#pending.get(answer.answer)?.(answer);
    this.#pending.delete(answer.answer);
  }

  /** Brings the question why into view: the answer is given in the frame. */
  open(): Promise<void> {
    return this.#ask('open');
  }

  /** People read it in the frame. */
  readTranscript(): Promise<void> {
    return Promise.resolve();
  }

  prepare(): () => void {
    return () => undefined;
  }

  play(): Promise<void> {
    return this.#ask('play');
  }

  pause(): void {
    this.#tell('pause');
  }

  seek(seconds: number): void {
    this.#tell('seek', seconds);
  }

  set(settings: PlaybackSettings): void {
    this.#tell('set', settings);
  }

  setChannel(channel: number, settings: ChannelSettings): void {
    this.#tell('setChannel', [channel, settings]);
  }

  lock(): void {
    this.#tell('lock');
  }

  /** @throws {DOMException} NotAllowedError: a person unlocks in the frame */
  unlock(): Promise<void> {
    return Promise.reject(new DOMException('Only a click in the frame unlocks.', 'NotAllowedError'));
  }

  retry(): Promise<void> {
    return this.#ask('retry');
  }

  destroy(): Promise<void> {
    return this.#ask('destroy');
  }

  #tell<Name extends keyof FrameCommands>(command: Name, args?: FrameCommands[Name]): void {
    this.#port?.postMessage({ command, args, id: ++this.#lastId });
  }

  #ask(command: 'open' | 'play' | 'retry' | 'destroy'): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#port === undefined)
        return reject(new DOMException('There is no frame.', 'InvalidStateError'));
      this.#tell(command);
      this.#pending.set(this.#lastId, ({ error }) => {
        if (error === undefined) resolve();
        else reject(Object.assign(new Error(error.message), error));
      });
    });
  }
}
