import type {
  AnySource,
  CallPlayer,
  CallPlayerOptions,
  FetchMedia,
  ListeningReason,
  PlayerState,
} from '@secure-call/player';
import { AbsenceLock } from './absence-lock.ts';
import { languageOf, readChoice, readSeconds } from './attributes.ts';
import { createCommands } from './call-commands.ts';
import { CallView } from './call-view.ts';
import { ConfiguredElement } from './configured-element.ts';
import type { CallMarker } from './call-marks.ts';
import {
  accessEventsBetween,
  announceAccess,
  settingEventsBetween,
  type SecureCallPlayerEventMap,
} from './element-events.ts';
import { FrameHolder } from './frame-holder.ts';
import type { Isolation } from './isolation/isolation.ts';
import { mediaEventsBetween } from './media-events.ts';
import { showNeutralMedia } from './media-session.ts';
import { englishWords, loadWords, supportedLanguage, type Words } from './messages.ts';
import { isOpen } from './open-state.ts';
import { deliverLeft } from './left-events.ts';
import { PlayerHolder } from './player-holder.ts';
import type { Commands, ScreenContext } from './screen.ts';
import { reportSetup } from './setup-report.ts';

/** Always the same, so that what is drawn of it is not drawn anew. */
const noMarkers: readonly CallMarker[] = [];
/** Fifteen minutes: what clinical systems usually log off after. */
const defaultIdleSeconds = 900;

/**
 * Plays one protected call: start card, reason, player, and a screen of its own for every state in which nothing
 * is heard.
 *
 * @attr {"compact"|"standard"|"review"} layout - keeps the smallest layout in a wide place too, never shows the transcript
 *   by itself in a wide place, or always does; otherwise the element follows its width
 * @attr {"required"|"optional"|"none"} reason - whether a reason is asked for (default `required`)
 * @attr {number} seek-step - seconds of the back and forward buttons (default 10)
 * @attr {number} default-playback-rate - speed a call starts with, 0.5 to 3 (default 1)
 * @attr {number} idle-timeout - seconds without input on the page until the call locks (default 900; 0 never)
 * @attr {boolean} lock-on-hidden - locks when the page is hidden
 * @attr {"focus"|"off"} hotkeys - keys work while focus is inside (default), or not at all
 * @attr {"neutral"|"off"} media-session - the system's media controls show only "Audio" (default), or are left alone
 * @attr {string} lang - `en`, `sv`, `de` or `ar`; the closest `lang` counts, read when the element is connected or its own changes
 *
 * @slot title - what the call is called; phrasing content, shown as heading
 * @slot subtitle - second line of an open call
 * @slot details - facts on the start card, best a `dl`
 *
 * @csspart card - every screen's outer box
 * @csspart title - the call's heading
 * @csspart start-button - "Listen to the call"
 * @csspart reason-form - box of the reason prompt and of emergency access
 * @csspart submit-button - opens the call from those
 * @csspart emergency-button - leads to emergency access
 * @csspart header - head of an open call
 * @csspart record-chip - "On record"
 * @csspart access-chip - when access ends
 * @csspart lock-button - locks the call
 * @csspart seek - the conversation line
 * @csspart loop-end - slider over either end of the loop
 * @csspart overview - the whole call, and the part of it that is shown
 * @csspart zoom - how long that part is
 * @csspart transcript - the transcript
 * @csspart markers - the list of markers
 * @csspart add-marker-button - marks the present place
 * @csspart loop-button - begins, ends and takes off the loop
 * @csspart clearer-button - clearer speech
 * @csspart transcript-button - shows and hides the transcript
 * @csspart help-button - opens the list of keys
 * @csspart help - that list
 * @csspart channels - who speaks: sound, level and solo of each voice
 * @csspart channel - one voice of those
 * @csspart channel-mute-button - sound of one voice off and on
 * @csspart channel-volume - its level
 * @csspart channel-solo-button - this voice alone
 * @csspart transport - row of controls
 * @csspart play-button - play and pause
 * @csspart back-button - back by the seek step
 * @csspart forward-button - forward by the seek step
 * @csspart time - position and duration
 * @csspart speed - tells the speed, and opens speeds and sound
 * @csspart channel-pan - side of one voice
 * @csspart mute-button - sound off and on
 * @csspart volume - volume slider
 * @csspart footer - under whose name the call is heard
 * @csspart state-title - what happened
 * @csspart state-text - what it means
 * @csspart state-action - the next step
 * @csspart lock-warning - "Locks in 20 s"
 *
 * @cssproperty --scp-page - behind the card's corners; nothing unless it is set
 * @cssproperty --scp-surface - the card
 * @cssproperty --scp-raise - what opens over the card: speed and sound, the list of keys
 * @cssproperty --scp-sunken - band behind the line of a state
 * @cssproperty --scp-line - hairlines
 * @cssproperty --scp-line-strong - edges of controls, at least 3:1 on the surface
 * @cssproperty --scp-hover - controls under the pointer, badges
 * @cssproperty --scp-ink - text, filled buttons, the played part
 * @cssproperty --scp-ink-2 - secondary text
 * @cssproperty --scp-ink-3 - labels and hints
 * @cssproperty --scp-on-ink - text on filled buttons
 * @cssproperty --scp-caller - the caller's voice where it was played, at least 3:1 on the surface
 * @cssproperty --scp-caller-soft - and where it is to come, also 3:1
 * @cssproperty --scp-nurse - the other voice where it was played
 * @cssproperty --scp-nurse-soft - and where it is to come
 * @cssproperty --scp-focus - focus ring
 * @cssproperty --scp-ok - "On record"
 * @cssproperty --scp-warn - last minutes, sound that waits
 * @cssproperty --scp-stop - refusal and emergency
 * @cssproperty --scp-radius - corner of the card; controls follow
 * @cssproperty --scp-font - font family
 *
 * @cssstate idle - nothing has been asked for
 * @cssstate reason-required - the reason is asked for
 * @cssstate opening - the call is being opened
 * @cssstate ready - open, nothing played yet
 * @cssstate playing - sound is heard
 * @cssstate paused - open, sound stopped
 * @cssstate waiting - sound waits for data or the network
 * @cssstate ended - played to its end
 * @cssstate locked - locked until the person continues
 * @cssstate denied - the call may not be opened
 * @cssstate expired - access time has ended
 * @cssstate revoked - access was withdrawn
 * @cssstate audit-blocked - the record cannot be written
 * @cssstate unsupported - the browser lacks something
 * @cssstate failed - something failed
 *
 * @fires play - sound is wanted
 * @fires playing - sound begins, or goes on after waiting
 * @fires pause - sound stops
 * @fires ended - the end is reached
 * @fires waiting - sound waits for data or the network
 * @fires timeupdate - the position has changed
 * @fires seeking - a jump begins
 * @fires seeked - a jump is done
 * @fires ratechange - the speed has changed
 * @fires volumechange - volume or mute have changed
 * @fires durationchange - the duration is known
 * @fires {CustomEvent<{ status }>} accesschange - the right to listen has changed
 * @fires {CustomEvent<{ locked }>} lockchange - the call was locked or unlocked
 * @fires {CustomEvent<{ code }>} callerror - the call was refused, or something failed
 * @fires {CustomEvent<{ loopRange }>} loopchange - another part is played over and over, or none
 * @fires {CustomEvent<{ channels }>} channelchange - a voice is heard otherwise
 * @fires {CustomEvent<{ seconds }>} markeradd - someone marks a place; the host keeps it and sets `markers`
 * @fires {CustomEvent<AccessEvent>} accessevent - a copy of an access event, for players the element makes itself
 * @fires {ReasonRequestEvent} reasonrequest - a reason is needed; cancelable, answered by `respondWith()`
 */
export class SecureCallPlayerElement extends ConfiguredElement {
  static readonly observedAttributes: readonly string[] = [
    'lang',
    'reason',
    'seek-step',
    'idle-timeout',
    'layout',
  ];

  /** Loads the recording from somewhere else than its plain address, e.g. through pre-signed URLs. */
  fetchMedia: FetchMedia | undefined;
  /** Where `vault.worker.js` lies on the page's own origin, when the bundler does not find it. */
  workerUrl: string | URL | undefined;
  /** The same for `watermark.worklet.js`, which is loaded for calls that must carry a mark. */
  workletUrl: string | URL | undefined;

  readonly #internals = this.attachInternals();
  readonly #view = new CallView(this.attachShadow({ mode: 'open' }));
  /** @internal */
  protected readonly holder: PlayerHolder = new PlayerHolder({
    playerOptions: () => this.#playerOptions(),
    onChange: () => this.#follow(),
  });
  readonly #commands: Commands = this.#createCommands();
  readonly #absence = new AbsenceLock({
    onWarning: secondsLeft => this.#warn(secondsLeft),
    locksHidden: () => this.hasAttribute('lock-on-hidden') && this.#isOpenHere(this.holder.state),
    lock: () => this.lock(),
  });
  readonly #frame = new FrameHolder({
    element: this,
    frameTitle: () => this.#words?.say('callTitle') ?? '',
    onFrame: ({ iframe, player }, styleSheets) => {
      this.#view.giveWay(iframe, styleSheets);
      this.#use(player);
    },
    onSilence: () => this.#view.comeBack(),
  });
  #source: AnySource | undefined;
  #words: Words | undefined;
  #isLive = false;
  #followed: PlayerState = { status: 'idle' };
  #lastCall: ScreenContext['lastCall'];
  #restoreMedia: (() => void) | undefined;
  #onAccessEvent: ((event: SecureCallPlayerEventMap['accessevent']) => void) | null = null;

  /** Which call, where its keys are, and how the host grants access. A new source ends the open call. */
  get source(): AnySource | undefined {
    return this.#source;
  }

  set source(source: AnySource | undefined) {
    this.#source = source;
    deliverLeft(source);
    if (this.#frame.isOn) return;
    this.holder.discard();
    this.#view.face = 'state';
    this.#follow();
  }

  /**
   * Puts the whole player into a frame on another origin, out of reach of script in this page. Another call closes the
   * open one; `source` and `player` are then not used.
   */
  get isolation(): Isolation | undefined {
    return this.#frame.isolation;
  }

  set isolation(isolation: Isolation | undefined) {
    if (this.#frame.set(isolation)) return;
    this.holder.discard();
    if (isolation === undefined) this.#view.comeBack();
    if (this.#isLive) this.#frame.enter();
    this.rebuild();
  }

  /**
   * The headless player behind the element: undefined until someone wants to listen, unless one was set. A player that
   * was set stays the host's; the element never destroys it.
   */
  get player(): CallPlayer | undefined {
    return this.holder.player;
  }

  set player(player: CallPlayer | undefined) {
    if (!this.#frame.isOn) this.#use(player);
  }

  /** Handler for `accessevent`. */
  get onaccessevent(): ((event: SecureCallPlayerEventMap['accessevent']) => void) | null {
    return this.#onAccessEvent;
  }

  set onaccessevent(handler: ((event: SecureCallPlayerEventMap['accessevent']) => void) | null) {
    this.removeEventListener('accessevent', this.#callAccessEventHandler);
    this.#onAccessEvent = handler;
    if (handler !== null) this.addEventListener('accessevent', this.#callAccessEventHandler);
  }

  /**
   * Opens the call without asking. Call it inside a click, so that sound may start.
   * @throws {SecureCallError} when access is refused or something fails; the screen says so too
   */
  async open(reason?: ListeningReason): Promise<void> {
    await this.#open(reason);
  }

  /** Into the frame, where there is one; without isolation as on any element. */
  override focus(options?: FocusOptions): void {
    if (this.#frame.isOn) this.#frame.focus();
    else super.focus(options);
  }

  connectedCallback(): void {
    // A move in the document is not a new beginning: a half-written reason stays.
    if (this.#isLive) return;
    this.setEarlyProperties();
    this.#isLive = true;
    this.#frame.enter();
    this.holder.listen();
    this.#absence.connect();
    this.#followed = this.holder.state;
    this.#enter(this.#followed);
    this.findWords();
    this.draw();
  }

  disconnectedCallback(): void {
    // A move disconnects and connects at once: only an element that stays away has left.
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === 'lang') this.findWords();
    else if (name === 'idle-timeout') this.#guardIdle(this.holder.state);
    else this.rebuild();
  }

  #use(player: CallPlayer | undefined): void {
    this.holder.use(player);
    if (this.#isLive) this.holder.listen();
    this.#view.face = 'state';
    this.#follow();
  }

  #leave(): void {
    this.#isLive = false;
    this.#absence.disconnect();
    this.#restoreMedia?.();
    this.#restoreMedia = undefined;
    this.#view.stop();
    this.#frame.leave();
    if (this.#frame.isOn) this.holder.discard();
    else this.holder.leave();
  }

  /** Draws the newest snapshot and fires what lies between it and the one before. */
  #follow(): void {
    if (!this.isConnected) return;
    const [before, after] = [this.#followed, this.holder.state];
    this.#followed = after;
    if (before.status !== after.status) this.#enter(after);
    const { player } = this.holder;
    // Without a frame, opening does so.
    if (this.#frame.isOn && player !== undefined && isOpen(after) && !isOpen(before))
      this.applySettings(player);
    this.draw();
    const media = mediaEventsBetween(before, after).map(
      name => new Event(name, { bubbles: true, composed: true }),
    );
    const events = [...media, ...settingEventsBetween(before, after), ...accessEventsBetween(before, after)];
    // As media elements do: never inside the call that caused them.
    queueMicrotask(() => events.forEach(event => this.dispatchEvent(event)));
  }

  #enter(state: PlayerState): void {
    this.#view.face = 'state';
    this.#internals.states.clear();
    this.#internals.states.add(state.status);
    this.#guardIdle(state);
    this.#neutraliseMedia(state);
  }

  /** @internal */
  protected draw(): void {
    const context = this.#context();
    const { state } = this.holder;
    if (isOpen(state)) {
      const { durationSeconds, channels } = state;
      this.#lastCall = { durationSeconds, channels };
    }
    if (context !== undefined && this.isConnected && !this.#frame.isOn) this.#view.render(state, context);
  }

  /** @internal */
  protected rebuild(): void {
    this.#frame.refresh();
    this.#view.invalidate();
    this.draw();
  }

  #context(): ScreenContext | undefined {
    return (
      this.#words && {
        words: this.#words,
        policy: this.policy,
        actions: this.actions,
        commands: this.#commands,
        reason: this.#reason(),
        wasAway: this.#absence.wasAway,
        hotkeysWork: () => readChoice(this, 'hotkeys', ['focus', 'off']) === 'focus',
        seekStepSeconds: readSeconds(this, 'seek-step', 10),
        lastCall: this.#lastCall,
        peaks: () => this.holder.player?.peaks,
        transcript: () => this.holder.player?.transcript,
        markers: () => this.markers ?? noMarkers,
        takesMarkers: this.markers !== undefined,
        bindings: this.bindings,
        layout: readChoice(this, 'layout', ['auto', 'compact', 'standard', 'review']),
      }
    );
  }

  /**
   * English is at hand; other languages are fetched first, so that no words change under the reader.
   * @internal
   */
  protected findWords(): void {
    const language = supportedLanguage(languageOf(this));
    const own = this.messages;
    const speak = (words: Words): void => {
      if (language !== supportedLanguage(languageOf(this)) || own !== this.messages) return;
      this.#words = words;
      this.rebuild();
    };
    if (language === 'en') speak(englishWords(own));
    else void loadWords(language, own).then(speak);
  }

  #reason(): 'required' | 'optional' | 'none' {
    return readChoice(this, 'reason', ['required', 'optional', 'none']);
  }

  #createCommands(): Commands {
    return createCommands({
      holder: this.holder,
      preload: () => this.#words && this.#view.preload(this.#words),
      target: this,
      reason: () => this.#reason(),
      face: () => this.#view.face,
      show: face => {
        this.#view.face = face;
        this.draw();
      },
      say: text => this.#view.say(text),
      sayRate: rate => this.#view.say(this.#words?.rate(rate) ?? ''),
      open: reason => this.#open(reason),
    });
  }

  async #open(reason: ListeningReason | undefined): Promise<CallPlayer> {
    if (this.isolation !== undefined) await this.#frame.isThere();
    const player = await this.holder.open(reason).catch((error: unknown) => {
      reportSetup(error);
      throw error;
    });
    this.applySettings(player);
    return player;
  }

  #playerOptions(): CallPlayerOptions<AnySource> {
    const source = this.#source;
    if (source === undefined) throw new TypeError('Set `source` before the call is opened.');
    return {
      source,
      reason: this.#reason(),
      onAccessEvent: event => announceAccess(this, event, source),
      ...(this.fetchMedia !== undefined && { fetchMedia: this.fetchMedia }),
      workerUrl: this.workerUrl,
      workletUrl: this.workletUrl,
    };
  }

  #guardIdle(state: PlayerState): void {
    const isGuarded = this.#isOpenHere(state) && this.isConnected;
    const idleSeconds = isGuarded ? readSeconds(this, 'idle-timeout', defaultIdleSeconds) : 0;
    this.#absence.follow(state.status === 'locked', idleSeconds);
  }

  #warn(secondsLeft: number | undefined): void {
    if (secondsLeft === undefined || this.#words === undefined) return this.#view.endWarning();
    const title = this.#words.say('lockWarning', { count: secondsLeft });
    const text = this.#words.say('lockWarningText');
    if (!this.#view.isWarning) this.#view.say(`${title}. ${text}`);
    this.#view.warn(title, text);
  }

  #neutraliseMedia(state: PlayerState): void {
    const isNeutral = readChoice(this, 'media-session', ['neutral', 'off']) === 'neutral';
    if (this.#isOpenHere(state) && isNeutral) this.#restoreMedia ??= showNeutralMedia(this.#commands);
    if (isOpen(state) || state.status === 'locked') return;
    this.#restoreMedia?.();
    this.#restoreMedia = undefined;
  }

  /** An open call in a frame is watched over there. */
  #isOpenHere(state: PlayerState): boolean {
    return isOpen(state) && !this.#frame.isOn;
  }

  readonly #callAccessEventHandler = (event: Event): void => {
    this.#onAccessEvent?.(event as SecureCallPlayerEventMap['accessevent']);
  };
}
