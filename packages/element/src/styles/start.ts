/** The start card, and what other cards share with it. */
export const start = `
.form { padding: 28px; }
.form > .column { display: flex; flex-direction: column; gap: 20px; }
.column { inline-size: 100%; max-inline-size: 544px; margin-inline: auto; }
.form h2 { font-size: 1.25rem; line-height: 1.75rem; letter-spacing: -0.012em; }
.form h2 + p { margin-block-start: 4px; max-inline-size: 56ch; color: var(--_ink-2); font-size: 0.90625rem; line-height: 1.375rem; }
:host(:dir(rtl)) h2 { letter-spacing: normal; }
.badge { display: grid; place-items: center; flex: none; inline-size: 40px; block-size: 40px; border-radius: 50%; background: var(--_hover); color: var(--_ink); }
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
.note { display: flex; gap: 10px; color: var(--_ink-2); font-size: 0.8125rem; line-height: 1.1875rem; }

@container (width < 460px) {
  .form { padding: 20px; }
}
@container (width < 360px) {
  .form { padding: 14px; }
  .form > .column { gap: 12px; }
  .form h2 { font-size: 1rem; line-height: 1.25rem; letter-spacing: normal; }
  .form h2 + p { font-size: 0.8125rem; line-height: 1.125rem; margin-block-start: 2px; }
  .badge, .start .badge { display: grid; inline-size: 36px; block-size: 36px; }
  .start .sealed { display: none; }
  .button.large { padding-inline: 12px; font-size: 0.875rem; }
}

@media (forced-colors: active) {
  .badge { border: 1px solid CanvasText; }
}
`;
