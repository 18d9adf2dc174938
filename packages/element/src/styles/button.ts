/** Buttons with words on them, and the focus ring of every control. */
export const button = `
button, input, select, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button, select, input[type="radio"], input[type="checkbox"], label.option, label.check { cursor: pointer; }
:is(button, input, select, textarea):focus-visible { outline: 2px solid var(--_focus); outline-offset: 2px; }

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.5rem;
  min-block-size: 36px;
  padding: 0.25rem 0.875rem;
  border: 1px solid var(--_line-strong);
  border-radius: 8px;
  background: transparent;
  font-weight: 550;
  transition: background-color 120ms ease-out;
}
.button:hover { background: var(--_hover); }
.button.primary { background: var(--_ink); border-color: var(--_ink); color: var(--_on-ink); }
.button.primary:hover { background: color-mix(in srgb, var(--_ink) 88%, var(--_surface)); }
.button.large { min-block-size: 44px; padding-inline: 1.125rem; border-radius: 10px; font-size: 0.9375rem; }
.wide { inline-size: 100%; }
.grow { flex: 1; }

@media (pointer: coarse) {
  .button { min-block-size: 44px; }
}
@media (prefers-reduced-motion: reduce) {
  .button { transition: none; }
}
@media (forced-colors: active) {
  .button.primary, .button.stop-filled { forced-color-adjust: none; background: ButtonText; border-color: ButtonText; color: ButtonFace; }
}
`;
