/** What the hand meets in an open call: icon buttons, chips, sliders, the list of speeds. */
export const controls = `
.icon-button {
  display: inline-grid;
  place-items: center;
  flex: none;
  inline-size: 36px;
  block-size: 36px;
  padding: 0;
  border: 0;
  border-radius: 9px;
  background: transparent;
  color: var(--_ink-2);
  transition: background-color 120ms ease-out;
}
.icon-button:hover { background: var(--_hover); color: var(--_ink); }
.icon-button.outlined { border: 1px solid var(--_line); }
.icon-button[aria-expanded="true"] { background: var(--_hover); color: var(--_ink); box-shadow: inset 0 0 0 1px var(--_line-strong); }
.icon-button.skip { inline-size: 44px; block-size: 44px; border-radius: 12px; color: var(--_ink); }

.play {
  display: grid;
  place-items: center;
  flex: none;
  inline-size: 52px;
  block-size: 52px;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--_ink);
  color: var(--_on-ink);
  transition: background-color 120ms ease-out;
}
.play:hover { background: color-mix(in srgb, var(--_ink) 88%, var(--_surface)); }

.chip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-block-size: 28px;
  padding-inline: 8px 10px;
  border: 1px solid var(--_line);
  border-radius: 14px;
  color: var(--_ink-2);
  font-size: 0.78125rem;
  line-height: 1;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.chip b { color: var(--_ink); }
.chip.ok { color: var(--_ok); }
.chip.ending, .chip.ending b { color: var(--_warn); font-weight: 600; }
.chip.ending { background: var(--_warn-wash); border-color: transparent; }

.link {
  min-block-size: 24px;
  padding: 0.25rem 0;
  border: 0;
  background: none;
  color: var(--_ink);
  text-decoration: underline;
  text-underline-offset: 3px;
  text-decoration-color: var(--_line-strong);
  white-space: nowrap;
}

.level {
  appearance: none;
  inline-size: 84px;
  block-size: 28px;
  margin: 0;
  background: transparent;
  cursor: pointer;
  border-radius: 6px;
}
.level::-webkit-slider-runnable-track {
  block-size: 3px;
  border-radius: 2px;
  background: linear-gradient(to var(--_fill-to, right), var(--_ink) var(--_level), color-mix(in srgb, var(--_line-strong) 55%, transparent) 0);
}
.level::-moz-range-track {
  block-size: 3px;
  border-radius: 2px;
  background: linear-gradient(to var(--_fill-to, right), var(--_ink) var(--_level), color-mix(in srgb, var(--_line-strong) 55%, transparent) 0);
}
.level::-webkit-slider-thumb {
  appearance: none;
  inline-size: 12px;
  block-size: 12px;
  margin-block-start: -4.5px;
  border: 2px solid var(--_ink);
  border-radius: 50%;
  background: var(--_surface);
}
.level::-moz-range-thumb {
  inline-size: 12px;
  block-size: 12px;
  border: 2px solid var(--_ink);
  border-radius: 50%;
  background: var(--_surface);
}

.toggle {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  min-block-size: 36px;
  padding: 0 10px;
  border: 0;
  border-radius: 9px;
  background: transparent;
  color: var(--_ink-2);
  font-size: 0.8125rem;
  font-weight: 500;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.toggle:hover { background: var(--_hover); color: var(--_ink); }
:is(.toggle, .solo, .icon-button.small)[aria-pressed="true"] { background: var(--_hover); color: var(--_ink); font-weight: 600; box-shadow: inset 0 0 0 1px var(--_line-strong); }
.short { display: none; }

@media (pointer: coarse) {
  .icon-button, .toggle, .link, .level { min-block-size: 44px; }
  .icon-button { min-inline-size: 44px; }
  .level::-webkit-slider-thumb { inline-size: 20px; block-size: 20px; margin-block-start: -8.5px; }
  .level::-moz-range-thumb { inline-size: 20px; block-size: 20px; }
}

@media (prefers-reduced-motion: reduce) {
  .icon-button, .play { transition: none; }
}

@media (forced-colors: active) {
  .play { border: 2px solid ButtonText; }
  .icon-button, .toggle { color: ButtonText; }
  :is(.toggle, .solo, .icon-button.small)[aria-pressed="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  .level { forced-color-adjust: none; --_ink: CanvasText; --_surface: Canvas; --_line-strong: GrayText; }
}
`;
