/** Start card, reason prompt, emergency access, opening and the states in which nothing is heard. */
export const cards = `
.form { padding: 28px; }
.form > .column { display: flex; flex-direction: column; gap: 20px; }
.column { inline-size: 100%; max-inline-size: 544px; margin-inline: auto; }
.form h2 { font-size: 1.25rem; line-height: 1.75rem; letter-spacing: -0.012em; }
.form h2 + p { margin-block-start: 4px; max-inline-size: 56ch; color: var(--_ink-2); font-size: 0.90625rem; line-height: 1.375rem; }
:host(:dir(rtl)) h2 { letter-spacing: normal; }
.start .badge { display: none; }
.intro { display: flex; gap: 12px; }

::slotted([slot="details"]) { margin: 0; }
::slotted(dl) { display: grid; grid-template-columns: auto 1fr; gap: 6px 20px; color: var(--_ink-2); font-variant-numeric: tabular-nums; }

.sealed {
  position: relative;
  block-size: 36px;
  border-inline: 1px solid color-mix(in srgb, var(--_line-strong) 80%, transparent);
  border-image: linear-gradient(transparent 13px, color-mix(in srgb, var(--_line-strong) 80%, transparent) 13px 23px, transparent 23px) 1;
}
.sealed::before {
  content: "";
  position: absolute;
  inset-inline: 0;
  inset-block-start: 17.5px;
  border-block-start: 1px solid color-mix(in srgb, var(--_line-strong) 55%, transparent);
}
.seal {
  position: absolute;
  inset-inline-start: 50%;
  inset-block-start: 50%;
  transform: translate(-50%, -50%);
  padding-inline: 10px;
  background: var(--_surface);
  color: var(--_ink-3);
}
.waiting-head {
  position: absolute;
  inset-block: 0;
  inset-inline-start: var(--_at);
  inline-size: 2px;
  margin-inline-start: -1px;
  background: var(--_ink);
  opacity: 0.42;
}
.note { display: flex; gap: 10px; color: var(--_ink-2); font-size: 0.8125rem; line-height: 1.1875rem; }

.option {
  display: grid;
  grid-template-columns: 20px 1fr;
  gap: 0 12px;
  padding: 11px 14px;
  border: 1px solid var(--_line);
  border-radius: 10px;
  font-size: 0.90625rem;
}
.option + .option { margin-block-start: 8px; }
.option b, .option small { display: block; }
.option small { color: var(--_ink-3); font-size: 0.78125rem; line-height: 1.125rem; }
.option:hover { background: var(--_sunken); }
.option:has(:checked) { border-color: var(--_ink); box-shadow: inset 0 0 0 1px var(--_ink); }

.field > label { display: block; margin-block-end: 6px; font-size: 0.8125rem; }
.field > label span { color: var(--_ink-3); }
.field :is(input, textarea) {
  display: block;
  inline-size: 100%;
  min-block-size: 40px;
  padding: 9px 12px;
  border: 1px solid var(--_line-strong);
  border-radius: 9px;
  background: transparent;
  font-size: 0.90625rem;
  line-height: 1.25rem;
}
.field textarea { min-block-size: 84px; resize: vertical; }
[aria-invalid="true"]:is(input, textarea) { border-color: var(--_stop); }
.notice { margin-block-start: 6px; color: var(--_stop); font-size: 0.8125rem; }
.check { display: flex; gap: 10px; }
.row { display: flex; flex-wrap: wrap; gap: 10px; }

.emergency-offer { margin: 20px -28px 0; padding: 16px 28px 0; border-block-start: 1px solid var(--_line); }
.emergency-offer .column { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 12px; }
.emergency-offer .icon { margin-block-start: 1px; color: var(--_stop); }
.emergency-offer .grow { flex-basis: 220px; max-inline-size: 320px; margin-inline-end: auto; }
.emergency-offer p { margin-block-start: 2px; color: var(--_ink-2); font-size: 0.8125rem; line-height: 1.1875rem; }

.consequences {
  padding: 14px 16px;
  border: 1px solid color-mix(in srgb, var(--_stop) 35%, transparent);
  border-radius: 10px;
  background: var(--_stop-wash);
}
.consequences-title { display: flex; gap: 10px; color: var(--_stop); font-weight: 600; }
.consequences ul { margin-block-start: 8px; font-size: 0.84375rem; }
.consequences li { position: relative; padding-block: 2px; padding-inline-start: 14px; }
.consequences li::before {
  content: "";
  position: absolute;
  inset-inline-start: 0;
  inset-block-start: 10px;
  inline-size: 5px;
  block-size: 5px;
  border-radius: 50%;
  background: var(--_stop);
}

.top { display: flex; align-items: center; block-size: 60px; padding-inline: 20px; border-block-end: 1px solid var(--_line); background: var(--_sunken); }
.top .sealed { flex: 1; }
.body { display: grid; grid-template-columns: 40px 1fr; gap: 0 14px; padding: 18px 20px 20px; }
.opening .body { grid-template-columns: 1fr; padding-block: 18px; }
.badge { display: grid; place-items: center; flex: none; inline-size: 40px; block-size: 40px; border-radius: 50%; background: var(--_hover); color: var(--_ink); }
.state.stop .badge { background: var(--_stop-wash); color: var(--_stop); }
.state.warn .badge { background: var(--_warn-wash); color: var(--_warn); }
.state h2 { font-size: 1.03125rem; line-height: 1.375rem; letter-spacing: -0.01em; }
.state p { margin-block-start: 4px; max-inline-size: 58ch; color: var(--_ink-2); }
.next { grid-column: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-block-start: 14px; }
.aside { margin-inline-start: auto; color: var(--_ink-3); font-size: 0.75rem; font-variant-numeric: tabular-nums; }

.opening-line::after {
  content: "";
  position: absolute;
  inset-inline-start: 0;
  inset-block-start: 17px;
  inline-size: 100%;
  block-size: 2px;
  background: var(--_ink);
  transform: scaleX(0);
  transform-origin: left;
  animation: opening 8s cubic-bezier(0.1, 0.7, 0.3, 1) 400ms forwards;
}
@keyframes opening { to { transform: scaleX(0.92); } }
@media (prefers-reduced-motion: reduce) {
  .opening-line::after { animation-duration: 1ms; }
}

@container (width < 460px) {
  .form { padding: 20px; }
  .emergency-offer { margin-inline: -20px; padding-inline: 20px; }
  .emergency-offer .button { margin-inline-start: 32px; }
}
@container (width < 360px) {
  .form { padding: 14px; }
  .form > .column { gap: 12px; }
  .form h2 { font-size: 1rem; line-height: 1.25rem; letter-spacing: normal; }
  .form h2 + p { font-size: 0.8125rem; line-height: 1.125rem; margin-block-start: 2px; }
  .emergency-offer { margin: 14px -14px 0; padding: 14px 14px 0; }
  .start .badge { display: grid; inline-size: 36px; block-size: 36px; }
  .start .sealed, .top { display: none; }
  .body { gap: 0 12px; padding: 14px; }
  .badge { inline-size: 36px; block-size: 36px; }
  .state h2 { font-size: 0.90625rem; line-height: 1.25rem; letter-spacing: normal; }
  .state p { margin-block-start: 2px; font-size: 0.8125rem; line-height: 1.125rem; }
  .next { grid-column: 1 / -1; margin-block-start: 12px; }
  .next .button { flex: 1 1 100%; min-block-size: 40px; }
  .aside { margin-inline: auto; }
}

@media (forced-colors: active) {
  .waiting-head, .opening-line::after, .consequences li::before { forced-color-adjust: none; background: CanvasText; }
  .badge { border: 1px solid CanvasText; }
  .emergency-offer .icon { color: CanvasText; }
  .option:has(:checked) { border: 2px solid Highlight; padding: 10px 13px; }
}
`;
