/** The open call: header, transport, footer, from 240 px upwards. */
export const call = `
.header { display: flex; align-items: flex-start; gap: 8px; padding: 18px 20px 14px; }
.titles { flex: 1; min-inline-size: 0; margin-inline-end: 8px; contain: paint; }
.header h2 { font-size: 1rem; line-height: 1.375rem; letter-spacing: -0.008em; overflow-wrap: anywhere; }
.subtitle { margin-block-start: 2px; color: var(--_ink-2); font-size: 0.8125rem; line-height: 1.125rem; font-variant-numeric: tabular-nums; }
.facts { display: flex; flex-wrap: wrap; gap: 8px; padding-block: 4px; }

.transport { display: flex; align-items: center; gap: 4px; padding: 10px 16px 14px; }
.core { display: flex; align-items: center; gap: 4px; }
.time { margin-inline: 12px; display: flex; align-items: baseline; gap: 10px; }
.clock { font-variant-numeric: tabular-nums; color: var(--_ink-3); white-space: nowrap; }
.clock b { color: var(--_ink); font-size: 1.25rem; line-height: 1.75rem; letter-spacing: -0.01em; }
.time em { font-style: normal; color: var(--_ink-2); font-size: 0.8125rem; }
.space { flex: 1; }
.volume, .pair { display: flex; align-items: center; gap: 4px; }
.volume { margin-inline-end: 4px; }
.pair { flex: 1; }
.volume::before { content: ""; block-size: 20px; margin-inline: 6px; border-inline-start: 1px solid var(--_line); }
.extras { display: flex; align-items: center; gap: 4px; }
.help-button { order: 1; }
.more { display: none; }

.fetching::before {
  content: "";
  position: absolute;
  inset-inline: 0;
  inset-block-start: 0;
  block-size: 2px;
  background: var(--_ink);
  opacity: 0;
  animation: appear 160ms ease-out 400ms forwards;
}
@keyframes appear { to { opacity: 1; } }

.footer {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 10px 20px;
  border-block-start: 1px solid var(--_line);
  color: var(--_ink-2);
  font-size: 0.78125rem;
  line-height: 1.125rem;
}
.footer b { color: var(--_ink); }
.foot-sentence { flex: 1; }
.foot-short, .foot-shield, .left { display: none; }

@container (width < 720px) {
  .header { display: grid; grid-template-columns: 1fr auto; gap: 10px 12px; padding: 14px 16px 10px; }
  .header .facts { grid-column: 1 / -1; grid-row: 2; padding-block: 0; }
  .titles { margin-inline-end: 0; }
  .header .icon-button { inline-size: 44px; block-size: 44px; border-radius: 10px; }
  .transport { display: grid; grid-template-columns: 1fr auto 1fr; gap: 4px 0; padding: 6px 16px 14px; }
  .core { grid-area: 2 / 2; gap: 20px; }
  .play { inline-size: 64px; block-size: 64px; }
  .time { grid-area: 1 / 1 / auto / -1; margin: 0; justify-content: flex-end; flex-direction: row-reverse; }
  .time em { margin-inline-end: auto; }
  .clock b { font-size: 0.875rem; letter-spacing: normal; }
  .space { display: none; }
  .speed { grid-area: 2 / 1; justify-self: start; }
  .speed .toggle { min-block-size: 44px; min-inline-size: 52px; font-size: 0.875rem; }
  .extras { display: none; grid-area: 3 / 1 / auto / -1; margin: 8px 0 0; flex-wrap: wrap; }
  .extras.shown { display: flex; }
  .extras .toggle, .extras .icon-button { min-block-size: 44px; }
  .more { display: inline-grid; grid-area: 2 / 3; justify-self: end; inline-size: 44px; block-size: 44px; }
  .volume { display: none; grid-area: 4 / 1 / auto / -1; margin: 8px 0 0; padding: 10px 0 0; border-block-start: 1px solid var(--_line); }
  .volume::before { display: none; }
  .volume.shown { display: flex; }
  .level { flex: 1; }
  .footer { padding-inline: 16px; align-items: flex-start; flex-wrap: wrap; }
  .foot-sentence { flex-basis: 15rem; min-inline-size: 12rem; }
  .footer .link { margin-inline-start: 24px; margin-block: -3px; padding-block: 0; }
}

@container (720px <= width < 980px) {
  .long { display: none; }
  .short { display: inline; }
  .extras .toggle .icon, .clock span { display: none; }
  .transport .toggle { padding-inline: 7px; }
  .volume .level { inline-size: 56px; }
}

@container (width < 360px) {
  .header { display: flex; padding: 12px 12px 0; }
  .header .facts, .subtitle { display: none; }
  .header h2 { font-size: 0.90625rem; line-height: 1.25rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .header .icon-button { inline-size: 36px; block-size: 36px; margin-block: -4px; }
  .transport { display: flex; flex-wrap: wrap; gap: 4px 0; padding-block: 4px 10px; padding-inline: 12px 8px; }
  .core { gap: 0; }
  .play { order: -1; inline-size: 44px; block-size: 44px; margin-inline-end: 0; }
  .play .icon { inline-size: 20px; block-size: 20px; }
  .icon-button.skip { inline-size: 36px; block-size: 36px; }
  .icon-button.skip .icon { inline-size: 22px; block-size: 22px; }
  .time { margin-inline: 2px; }
  .time em, .clock span { display: none; }
  .clock b { font-size: 0.9375rem; }
  .space { display: block; }
  .speed .toggle { min-inline-size: 0; min-block-size: 36px; padding-inline: 2px; font-size: 0.8125rem; }
  .extras.shown { flex: 1 1 100%; }
  .more { inline-size: 36px; block-size: 36px; }
  .volume.shown { flex: 1 1 100%; margin-inline-end: 4px; }
  .footer { padding: 8px 12px; gap: 6px; align-items: center; }
  .foot-record, .foot-sentence, .footer .link { display: none; }
  .foot-shield, .foot-short, .left { display: block; }
  .left { margin-inline-start: auto; font-variant-numeric: tabular-nums; }
}

@container (width < 290px) {
  .time { display: none; }
  .channels.shown { grid-template-columns: 1fr; }
  .channels .channel-set { grid-column: 1; }
}

@media (prefers-reduced-motion: reduce) {
  .fetching::before { animation-duration: 1ms; }
}

@media (forced-colors: active) {
  .fetching::before { forced-color-adjust: none; background: CanvasText; }
}
`;
