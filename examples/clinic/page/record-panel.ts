import type { AuditRecord } from '@secure-call/protocol';
import { ChainCheck } from './chain-check.ts';
import { endSession, type ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { recordLine } from './record-line.ts';
import { followSession } from './record-stream.ts';
import { callTitle, clock } from './time-words.ts';

const endings: ReadonlySet<AuditRecord['type']> = new Set<AuditRecord['type']>([
  'session.revoked',
  'session.expired',
  'session.closed',
  'session.lost',
  'client.closed',
]);

/** How near to its end a list counts as being read at the end. */
const AT_END_PX = 40;

export interface RecordPanelOptions {
  readonly listenerName: string;
  /** A line was added. */
  readonly onRecord: (type: AuditRecord['type']) => void;
  /** The session is over, and the call is wanted again. */
  readonly openAgain: () => void;
}

/** The access record of one listening session, as it is written. */
export class RecordPanel {
  readonly root: HTMLElement;
  readonly #messages: Messages;
  readonly #onRecord: RecordPanelOptions['onRecord'];
  readonly #heading: HTMLElement;
  readonly #call = element('p', { class: 'of-call' });
  readonly #note = element('p', { class: 'note', role: 'status' });
  readonly #lines = element('ol', { class: 'lines' });
  readonly #scroll: HTMLElement;
  readonly #foot = element('div', { class: 'foot' });
  readonly #verdict = element('p', { class: 'verdict' });
  readonly #endButton: HTMLButtonElement;
  readonly #ending: HTMLElement;
  readonly #again: HTMLElement;
  /** A player that is closed still reports its end, when another call is shown already. */
  readonly #left = new Set<string>();
  #session: string | undefined;
  #following = new AbortController();

  constructor(messages: Messages, { listenerName, onRecord, openAgain }: RecordPanelOptions) {
    this.#messages = messages;
    this.#onRecord = onRecord;
    this.#heading = element('h2', { id: 'record', tabindex: '-1' }, messages.record);
    const scrolled = { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'record' };
    this.#scroll = element('div', scrolled, this.#lines);
    this.#endButton = element(
      'button',
      { type: 'button', class: 'button stop' },
      fill(messages.endSession, { name: listenerName }),
    );
    this.#endButton.addEventListener('click', () => void this.#end());
    const caption = element('p', { class: 'caption' }, messages.endSessionCaption);
    this.#ending = element('div', { class: 'ending' }, this.#endButton, caption);
    const again = element('button', { type: 'button', class: 'button' }, messages.openAgain);
    again.addEventListener('click', openAgain);
    this.#again = element('div', { class: 'ending' }, again);
    this.#foot.append(this.#verdict, this.#ending, this.#again);
    this.root = element(
      'aside',
      { class: 'record', 'aria-labelledby': 'record' },
      element('header', {}, this.#heading, this.#call, element('p', {}, messages.recordIntro)),
      this.#note,
      this.#scroll,
      this.#foot,
    );
    this.#empty();
  }

  /** Another call was chosen: nobody listens to it yet. */
  showCall(call: ListedCall): void {
    this.#empty();
    this.#call.textContent = callTitle(call, this.#messages);
  }

  #empty(): void {
    this.#following.abort();
    if (this.#session !== undefined) this.#left.add(this.#session);
    this.#session = undefined;
    this.#lines.replaceChildren();
    this.#scroll.hidden = true;
    this.#foot.hidden = true;
    this.#say(this.#messages.recordEmpty);
  }

  /** The application refused: there is no session, and so no record of the key service's. */
  showRefused(): void {
    this.#empty();
    this.#say(this.#messages.recordRefused);
  }

  /** Shows a session's records from its first on. The same session again changes nothing. */
  follow(session: string): void {
    if (session === this.#session || this.#left.has(session)) return;
    this.#empty();
    this.#session = session;
    this.#following = new AbortController();
    const { signal } = this.#following;
    const chain: AuditRecord[] = [];
    const check = new ChainCheck(brokenPlace => {
      if (!signal.aborted) this.#judge(brokenPlace);
    });
    const follower = {
      record: (record: AuditRecord) => {
        if (signal.aborted) return;
        chain.push(record);
        this.#add(record);
        void check.check(chain);
      },
      answering: (answers: boolean) => this.#say(answers ? '' : this.#messages.recordSilent),
    };
    void followSession(session, follower, signal);
  }

  /** Brings it into view; the style sheet outlines it while its heading has the focus. */
  focus(): void {
    this.#heading.focus();
    this.#heading.scrollIntoView({ block: 'start' });
  }

  /** Where the session is ended; at the record itself where none is open. */
  focusEnding(): void {
    if (this.#foot.hidden || this.#ending.hidden) {
      this.focus();
      return;
    }
    this.#endButton.focus();
    this.#endButton.scrollIntoView({ block: 'center' });
  }

  #say(text: string): void {
    this.#note.textContent = text;
    this.#note.hidden = text === '';
  }

  #add(record: AuditRecord): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroll;
    const atEnd = scrollTop + clientHeight >= scrollHeight - AT_END_PX;
    this.#scroll.hidden = false;
    this.#foot.hidden = false;
    this.#lines.append(recordLine(record, this.#messages));
    if (record.type === 'grant.redeemed') this.#isOver(false);
    if (endings.has(record.type)) this.#isOver(true);
    this.#onRecord(record.type);
    // Who has scrolled up to read stays there.
    if (atEnd) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #isOver(over: boolean): void {
    this.#ending.hidden = over;
    this.#again.hidden = !over;
  }

  #judge(brokenPlace: number | undefined): void {
    const intact = brokenPlace === undefined;
    const text = intact
      ? fill(this.#messages.chainIntact, { time: clock(new Date(), this.#messages) })
      : fill(this.#messages.chainBroken, { line: brokenPlace + 1 });
    this.#verdict.classList.toggle('broken', !intact);
    this.#verdict.replaceChildren(icon(intact ? 'intact' : 'warning'), element('span', {}, text));
  }

  async #end(): Promise<void> {
    if (this.#session === undefined) return;
    this.#endButton.disabled = true;
    const ended = await endSession(this.#session);
    this.#endButton.disabled = false;
    if (!ended) this.#say(this.#messages.endSessionFailed);
  }
}
