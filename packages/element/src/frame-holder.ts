import type { Isolation } from './isolation/isolation.ts';
import type { FrameHost, PlayerFrame } from './isolation/player-frame.ts';
import type * as playerFrame from './isolation/player-frame.ts';

export interface FrameHolderOptions extends FrameHost {
  /** Shows the frame in place of the element's own screens. */
  readonly onFrame: (frame: PlayerFrame, styleSheets: readonly CSSStyleSheet[]) => void;
}

/** Holds the frame of an isolated player. Its code is fetched when the host asks for isolation. */
export class FrameHolder {
  readonly #options: FrameHolderOptions;
  #isolation: Isolation | undefined;
  #frame: Promise<PlayerFrame> | undefined;
  #isSilent = false;

  constructor(options: FrameHolderOptions) {
    this.#options = options;
  }

  get isolation(): Isolation | undefined {
    return this.#isolation;
  }

  /** Whether the player is to be in a frame: nothing of it is then drawn here. */
  get isOn(): boolean {
    return this.#isolation !== undefined && !this.#isSilent;
  }

  /** @returns whether the frame that was there stays */
  set(isolation: Isolation | undefined): boolean {
    const stays = String(this.#isolation?.frame) === String(isolation?.frame);
    if (!stays) this.leave();
    this.#isolation = isolation;
    this.refresh();
    return stays;
  }

  /** The element is in the page. */
  enter(): void {
    const isolation = this.#isolation;
    if (isolation === undefined || this.#frame !== undefined) return;
    const frame: Promise<PlayerFrame> = import('./isolation/player-frame.ts').then(module =>
      this.#make(frame, module, isolation),
    );
    frame.catch(reportError);
    this.#frame = frame;
  }

  leave(): void {
    const left = this.#frame;
    this.#frame = undefined;
    this.#isSilent = false;
    left?.then(frame => frame.remove()).catch(() => undefined);
  }

  /** Resolves when there is a frame to talk to. @throws where its code cannot be fetched, or the frame says nothing */
  async isThere(): Promise<void> {
    await (
      await this.#frame
    )?.connected;
  }

  refresh(): void {
    void this.#frame?.then(frame => frame.refresh());
  }

  focus(): void {
    void this.#frame?.then(frame => frame.focus());
  }

  #make(
    wanted: Promise<PlayerFrame>,
    { PlayerFrame, frameStyleSheets }: typeof playerFrame,
    isolation: Isolation,
  ): PlayerFrame {
    const onSilence = (): void => {
      this.#isSilent = true;
      this.#options.onSilence();
    };
    const frame = new PlayerFrame({ ...this.#options, onSilence }, isolation);
    // Meanwhile the element may have left the page, or been given another frame.
    if (this.#frame === wanted) this.#options.onFrame(frame, frameStyleSheets());
    else frame.remove();
    return frame;
  }
}
