import type {
  AnySource,
  CallPlayer,
  CallPlayerOptions,
  ListeningReason,
  PlayerState,
} from '@secure-call/player';
import type * as playerModule from '@secure-call/player';

type PlayerModule = typeof playerModule;

export interface PlayerHolderOptions {
  /** @throws {TypeError} when the host has set no source yet */
  readonly playerOptions: () => CallPlayerOptions<AnySource>;
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
  /** Whether the listener is being asked why. */
  #isAsking = false;
  #endPreparation: (() => void) | undefined;

  constructor(options: PlayerHolderOptions) {
    this.#options = options;
  }

  get player(): CallPlayer | undefined {
    return this.#player;
  }

  get state(): PlayerState {
    return this.#player?.state ?? this.#stateWithout;
  }

  /** Takes the host's player. It stays the host's: only the host destroys it. */
  use(player: CallPlayer | undefined): void {
    this.discard();
    this.#player = player;
  }

  listen(): void {
    this.#unsubscribe ??= this.#player?.subscribe(this.#options.onChange);
  }

  /** The element has left the page: a player of our own ends, a host's is only let go of. */
  leave(): void {
    this.putOff();
    if (this.#player !== undefined && !this.#isOurs) this.#stopListening();
    else this.discard();
  }

  /** Lets go of the player; one of our own ends with its session and keys. */
  discard(): void {
    this.#release();
    this.#stateWithout = { status: 'idle' };
  }

  preload(): void {
    if (this.#module !== undefined || this.#player !== undefined) return;
    // A failure shows when the call is opened; trying early must not complain.
    this.#load().catch(() => undefined);
  }

  /** The listener is being asked why: what opening needs is made ready meanwhile. Opening tells what fails here. */
  prepare(): void {
    this.#isAsking = true;
    this.#prepareNow().catch(() => undefined);
  }

  /** The listener has not said why: what was made ready ends. */
  putOff(): void {
    this.#isAsking = false;
    this.#endPreparation?.();
    this.#endPreparation = undefined;
  }

  async #prepareNow(): Promise<void> {
    if (this.#player === undefined) await this.#load();
    if (!this.#isAsking) return;
    this.#endPreparation = (this.#player ?? this.#createNow())?.prepare();
  }

  /**
   * Opens the call. When the module is there already this reaches the player inside the click, as Safari wants.
   * @throws {SecureCallError} the state tells the same
   */
  async open(reason: ListeningReason | undefined): Promise<CallPlayer> {
    this.#isAsking = false;
    const player = this.#player ?? this.#createNow() ?? (await this.#createLater());
    await player.open(reason);
    return player;
  }

  #createNow(): CallPlayer | undefined {
    return this.#module && this.#create(this.#module, this.#options.playerOptions());
  }

  async #createLater(): Promise<CallPlayer> {
    const options = this.#options.playerOptions();
    this.#setStateWithout({ status: 'opening' });
    const module = await this.#load().catch((error: unknown) => {
      this.#setStateWithout({ status: 'failed', code: 'service_unreachable' });
      throw error;
    });
    // Meanwhile the element may have left the page, or been given another source or player.
    if (this.#stateWithout.status !== 'opening' || this.#player !== undefined) {
      throw new DOMException('The call is no longer wanted.', 'AbortError');
    }
    return this.#create(module, options);
  }

  async #load(): Promise<PlayerModule> {
    this.#module ??= await import('@secure-call/player');
    return this.#module;
  }

  #create({ createCallPlayer }: PlayerModule, options: CallPlayerOptions<AnySource>): CallPlayer {
    const player = createCallPlayer(options);
    this.use(player);
    this.#isOurs = true;
    this.listen();
    return player;
  }

  #stopListening(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #release(): void {
    this.putOff();
    this.#stopListening();
    if (this.#isOurs) void this.#player?.destroy();
    this.#player = undefined;
    this.#isOurs = false;
  }

  #setStateWithout(state: PlayerState): void {
    this.#stateWithout = state;
    this.#options.onChange();
  }
}
