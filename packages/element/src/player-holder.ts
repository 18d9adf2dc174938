import type { CallPlayer, CallPlayerOptions, ListeningReason, PlayerState } from '@secure-call/player';
import type * as playerModule from '@secure-call/player';

type PlayerModule = typeof playerModule;

export interface PlayerHolderOptions {
  /** @throws {TypeError} when the host has set no source yet */
  readonly playerOptions: () => CallPlayerOptions;
  readonly onChange: () => void;
}

/**
 * Holds the headless player behind the element: one the host handed in, or one made on the first click. The
 * player's code is fetched when a click is likely and not before.
 */
export class PlayerHolder {
  readonly #options: PlayerHolderOptions;
  #module: PlayerModule | undefined;
  #player: CallPlayer | undefined;
  #isOurs = false;
  #unsubscribe: (() => void) | undefined;
  #stateWithout: PlayerState = { status: 'idle' };

  constructor(options: PlayerHolderOptions) {
    this.#options = options;
  }

  get player(): CallPlayer | undefined {
    return this.#player;
  }

  get state(): PlayerState {
    return this.#player?.state ?? this.#stateWithout;
  }

  /** Whether the player was made here, so that it ends with the element. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** Takes the host's player. It stays the host's: only the host destroys it. */
  use(player: CallPlayer | undefined): void {
    this.#release();
    this.#player = player;
    this.listen();
  }

  listen(): void {
    this.#unsubscribe ??= this.#player?.subscribe(this.#options.onChange);
  }

  pauseListening(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** Ends a player of our own, with its session and keys; a host's player is only let go of. */
  discard(): void {
    this.#release();
    this.#stateWithout = { status: 'idle' };
  }

  preload(): void {
    if (this.#module !== undefined || this.#player !== undefined) return;
    // A failure shows when the call is opened; trying early must not complain.
    this.#load().catch(() => undefined);
  }

  /**
   * Opens the call. When the module is there already this reaches the player inside the click, as Safari wants.
   * @throws {SecureCallError} the state tells the same
   */
  async open(reason: ListeningReason | undefined): Promise<CallPlayer> {
    const player =
      this.#player ?? (this.#module && this.#create(this.#module)) ?? (await this.#createLater());
    await player.open(reason);
    return player;
  }

  async #createLater(): Promise<CallPlayer> {
    this.#setStateWithout({ status: 'opening' });
    try {
      const module = await this.#load();
      return this.#player ?? this.#create(module);
    } catch (error) {
      this.#setStateWithout({ status: 'failed', code: 'service_unreachable' });
      throw error;
    }
  }

  async #load(): Promise<PlayerModule> {
    this.#module ??= await import('@secure-call/player');
    return this.#module;
  }

  #create({ createCallPlayer }: PlayerModule): CallPlayer {
    const player = createCallPlayer(this.#options.playerOptions());
    this.use(player);
    this.#isOurs = true;
    this.#stateWithout = { status: 'idle' };
    return player;
  }

  #release(): void {
    this.pauseListening();
    if (this.#isOurs) void this.#player?.destroy();
    this.#player = undefined;
    this.#isOurs = false;
  }

  #setStateWithout(state: PlayerState): void {
    this.#stateWithout = state;
    this.#options.onChange();
  }
}
