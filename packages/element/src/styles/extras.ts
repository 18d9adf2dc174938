/** Speeds and sound, and the list of keys. */
export const extras = `
.popover, .help {
  position: fixed;
  inset: auto;
  inline-size: 19rem;
  max-inline-size: calc(100vw - 16px);
  max-block-size: calc(100vh - 16px);
  margin: 0;
  padding: 14px 16px;
  overflow: auto;
  border: 1px solid var(--_line-strong);
  border-radius: 10px;
  background: var(--_raise);
  color: var(--_ink);
  font: inherit;
  box-shadow: 0 4px 14px rgb(0 0 0 / 20%);
}
.rates { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6px; }
.rates label { position: relative; display: grid; place-items: center; min-block-size: 36px; border: 1px solid var(--_line); border-radius: 8px; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.rates label input[type="radio"] { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0; border: 0; border-radius: 8px; background: none; }
.rates label:has(:checked) { border-color: var(--_line-strong); background: var(--_hover); font-weight: 600; box-shadow: inset 0 0 0 1px var(--_line-strong); }
.popover .check { align-items: center; margin-block-start: 14px; }
.skip-warning { margin-inline-start: 30px; color: var(--_ink-2); font-size: 0.78125rem; }
.sides label, .output { display: grid; gap: 4px; margin-block-start: 12px; color: var(--_ink-2); font-size: 0.8125rem; }
.sides input { min-block-size: 24px; accent-color: var(--_ink); margin: 0; }
.output select { min-block-size: 36px; padding: 0 8px; border: 1px solid var(--_line-strong); border-radius: 8px; background: var(--_surface); color: var(--_ink); }
.help { inset: 0; margin: auto; inline-size: 22rem; }
.help h3 { margin: 0 0 10px; font-size: 1rem; }
.help dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 16px; align-items: baseline; margin: 0 0 14px; }
.help dd { margin: 0; }
.help dt { display: flex; gap: 4px; }

.loop-end { --_thumb: 24px; appearance: none; position: absolute; inset: calc(var(--_ruler) - 26px) calc(var(--_thumb) / -2) auto; inline-size: calc(100% + var(--_thumb)); block-size: 28px; margin: 0; background: none; pointer-events: none; }
.loop-end::-webkit-slider-thumb { appearance: none; inline-size: var(--_thumb); block-size: 28px; cursor: ew-resize; pointer-events: auto; }
.loop-end::-moz-range-thumb { inline-size: var(--_thumb); block-size: 28px; opacity: 0; cursor: ew-resize; pointer-events: auto; }

kbd { min-inline-size: 24px; padding: 1px 6px; border: 1px solid var(--_line-strong); border-radius: 5px; font: inherit; font-size: 0.8125rem; text-align: center; }

@container (width < 360px) {
  .loop-end { display: none; }
}
@media (pointer: coarse) {
  .loop-end { --_thumb: 44px; }
  .rates label { min-block-size: 44px; }
}
@media (forced-colors: active) {
  .rates label:has(:checked) { forced-color-adjust: none; background: Highlight; color: HighlightText; }
}
`;
