import type { AccessPolicy } from './access-policy.ts';
import type { CallMarker } from './call-marks.ts';
import type { HostActions } from './host-actions.ts';
import type { KeyBindings } from './hotkeys.ts';
import { MediaElement } from './media-element.ts';
import type { Messages } from './messages.ts';

/** The part of the element that the host configures. */
export abstract class ConfiguredElement extends MediaElement {
  #policy: AccessPolicy = {};
  #actions: HostActions = {};
  #messages: Partial<Messages> = {};
  #markers: readonly CallMarker[] | undefined;
  #bindings: Partial<KeyBindings> = {};

  /** @internal */
  protected abstract rebuild(): void;
  /** @internal */
  protected abstract draw(): void;
  /** @internal */
  protected abstract findWords(): void;

  /** The organisation's rules, so that the element can say them. */
  get policy(): AccessPolicy {
    return this.#policy;
  }

  set policy(policy: AccessPolicy) {
    this.#policy = policy;
    this.rebuild();
  }

  /** What the host does when asked to; buttons without an action are left out. */
  get actions(): HostActions {
    return this.#actions;
  }

  set actions(actions: HostActions) {
    this.#actions = actions;
    this.rebuild();
  }

  /** Words of the host's own, in place of the built-in ones. */
  get messages(): Partial<Messages> {
    return this.#messages;
  }

  set messages(messages: Partial<Messages>) {
    this.#messages = messages;
    this.findWords();
  }

  /** What the host's people have marked. Set it, if only to an empty list, where new ones can be kept. */
  get markers(): readonly CallMarker[] | undefined {
    return this.#markers;
  }

  set markers(markers: readonly CallMarker[] | undefined) {
    const isOther = (markers === undefined) !== (this.#markers === undefined);
    this.#markers = markers;
    if (isOther) this.rebuild();
    else this.draw();
  }

  /** Keys of the host's own, in place of the usual ones. */
  get bindings(): Partial<KeyBindings> {
    return this.#bindings;
  }

  set bindings(bindings: Partial<KeyBindings>) {
    this.#bindings = bindings;
    this.rebuild();
  }
}
