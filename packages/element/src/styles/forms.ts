/** Reason prompt and emergency access. */
export const forms = `
.button.stop { border-color: var(--_stop); color: var(--_stop); }
.button.stop:hover { background: var(--_stop-wash); }
.button.stop-filled { background: var(--_stop); border-color: var(--_stop); color: light-dark(#fff, #11171d); }
.button.stop-filled:hover { background: color-mix(in srgb, var(--_stop) 88%, var(--_ink)); }
input[type="radio"], input[type="checkbox"] {
  appearance: none;
  flex: none;
  inline-size: 18px;
  block-size: 18px;
  margin: 1px 0 0;
  border: 1.5px solid var(--_line-strong);
  background: var(--_surface);
}
input[type="radio"] { border-radius: 50%; }
input[type="radio"]:checked { border: 5.5px solid var(--_ink); }
input[type="checkbox"] { display: grid; place-items: center; inline-size: 20px; block-size: 20px; margin: 0; border-radius: 5px; }
input[type="checkbox"]:checked { background: var(--_ink); border-color: var(--_ink); }
input[type="checkbox"]:checked::before {
  content: "";
  inline-size: 10px;
  block-size: 5px;
  border: solid var(--_on-ink);
  border-width: 0 0 1.75px 1.75px;
  transform: translateY(-1px) rotate(-45deg);
}

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

@container (width < 460px) {
  .emergency-offer { margin-inline: -20px; padding-inline: 20px; }
  .emergency-offer .button { margin-inline-start: 32px; }
}
@container (width < 360px) {
  .emergency-offer { margin: 14px -14px 0; padding: 14px 14px 0; }
}

@media (forced-colors: active) {
  .consequences li::before { forced-color-adjust: none; background: CanvasText; }
  .emergency-offer .icon { color: CanvasText; }
  .option:has(:checked) { border: 2px solid Highlight; padding: 10px 13px; }
  input[type="radio"]:checked { forced-color-adjust: none; border-color: Highlight; background: Canvas; }
  input[type="checkbox"]:checked { forced-color-adjust: none; border-color: Highlight; background: Highlight; }
  input[type="checkbox"]:checked::before { border-color: HighlightText; }
}
`;
