/** The conversation line: voices, ruler, lanes, playhead. */
export const line = `
.call { --_ruler: 26px; }
.has-chapters { --_ruler: 46px; }
.seek { position: relative; margin-inline: 20px; block-size: calc(var(--_ruler) + max(var(--_lanes, 168px), var(--_count) * var(--_lane, 56px))); }
.line, .seek-input { position: absolute; inset: 0; }
.lanes { position: absolute; inset: var(--_ruler) 0 0; }
.ruler { position: absolute; inset: calc(var(--_ruler) - 26px) 0 auto; }
.tick, .pill {
  position: absolute;
  left: 0;
  font-size: 0.71875rem;
  line-height: 1.25rem;
  font-weight: 500;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.tick { left: var(--_tick); translate: -50%; color: var(--_ink-3); }
.tick.first { translate: none; }
.tick::after { content: ""; position: absolute; left: 50%; inset-block-start: 20px; block-size: 4px; border-inline-start: 1px solid var(--_line-strong); }
.tick.first::after { left: 0; }
.tick.covered { visibility: hidden; }
.playhead {
  position: absolute;
  left: -1px;
  inset-block: calc(var(--_ruler) - 8px) 0;
  z-index: 4;
  inline-size: 2px;
  background: var(--_ink);
  transform: translateX(var(--_at));
}
.pill {
  inset-block-start: calc(var(--_ruler) - 26px);
  z-index: 5;
  min-inline-size: 42px;
  padding-inline: 8px;
  border-radius: 10px;
  background: var(--_ink);
  color: var(--_on-ink);
  font-weight: 600;
  text-align: center;
  transform: translateX(calc(var(--_pill-at) - 50%));
}

.wave { position: absolute; inset: 0; }
.axis { position: absolute; inset-inline: 0; inset-block-start: calc(var(--_axis) - 1px); border-block-start: 1px solid color-mix(in srgb, var(--_line-strong) 55%, transparent); }
.axis::before, .axis::after { content: ""; position: absolute; inset-block-start: -6px; block-size: 11px; border-inline-start: 1px solid color-mix(in srgb, var(--_line-strong) 80%, transparent); }
.axis::before { left: 0; }
.axis::after { right: 0; }
.played { position: absolute; left: 0; inset-block-start: -2px; inline-size: var(--_at); block-size: 3px; border-radius: 2px; background: var(--_ink); }
.drawn .axis::before, .drawn .axis::after, .drawn .played { display: none; }
.bars { position: absolute; left: 0; inset-block-start: 0; clip-path: inset(0 0 0 var(--_at)); }
.played-bars { clip-path: inset(0 calc(100% - var(--_at)) 0 0); }
.lane {
  --_voice: var(--_ink);
  --_voice-soft: var(--_ink-3);
  --_to-come-px: 2;
  position: absolute;
  visibility: hidden;
  color: var(--_voice);
  outline-color: var(--_voice-soft);
  transition: color 1ms, outline-color 1ms;
}
.caller { --_voice: var(--_caller); --_voice-soft: var(--_caller-soft); }
.nurse { --_voice: var(--_nurse); --_voice-soft: var(--_nurse-soft); }

.seek { touch-action: pan-y; }
.seek-input { appearance: none; inline-size: 100%; block-size: 100%; margin: 0; background: transparent; cursor: pointer; border-radius: 8px; }
.seek-input::-webkit-slider-runnable-track { block-size: 100%; background: transparent; }
.seek-input::-webkit-slider-thumb { appearance: none; inline-size: 2px; block-size: 100%; background: transparent; }
.seek-input::-moz-range-track { block-size: 100%; background: transparent; }
.seek-input::-moz-range-thumb { inline-size: 2px; block-size: 100%; border: 0; background: transparent; }

.voice { display: flex; align-items: center; gap: 7px; font-size: 0.8125rem; line-height: 1.125rem; }
.voice b::first-letter { text-transform: uppercase; }
.glyph { flex: none; fill: none; stroke: var(--_voice, var(--_ink)); stroke-width: 2; stroke-linecap: round; }
.channel-set { display: flex; align-items: center; gap: 4px; margin-inline-start: -6px; }
:is(.caller, .nurse) .level { --_ink: var(--_voice); }
.channel .level { flex: 1; min-inline-size: 0; inline-size: 52px; }
:host(:dir(rtl)) .channel .level { --_fill-to: left; }
.icon-button.small { inline-size: 28px; block-size: 28px; border-radius: 7px; }
.solo {
  min-block-size: 24px;
  padding: 0 8px;
  border: 1px solid var(--_line);
  border-radius: 6px;
  background: transparent;
  color: var(--_ink-2);
  font-size: 0.75rem;
  line-height: 1rem;
  font-weight: 500;
}
.solo:hover { background: var(--_hover); color: var(--_ink); }
.legend { display: none; }

@container (width >= 720px) {
  .has-voices { display: grid; grid-template-columns: 20px var(--_voices, 132px) 16px minmax(0, 1fr) 20px; }
  .has-voices > * { grid-column: 1 / -1; }
  .has-voices > .seek { grid-column: 4; margin: 0; }
  .has-voices > .channels { grid-column: 2; }
  .channels { display: flex; flex-direction: column; margin-block-start: var(--_ruler); }
  .has-voices > .zoom { grid-column: 2; }
  .has-voices > .overview { grid-column: 4; margin-inline: 0; }
  .channel { flex: 1; display: flex; flex-direction: column; justify-content: center; gap: 2px; }
}

@container (width < 720px) {
  .seek { --_lanes: 112px; --_lane: 28px; margin-inline: 16px; }
  .channels { display: none; padding: 0 16px 14px; }
  .channels.shown { display: grid; grid-template-columns: auto 1fr; gap: 4px 12px; }
  .channel, .channel-set { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; align-items: center; }
  .channel-set { display: flex; grid-column: 2; margin: 0; }
  .icon-button.small { inline-size: 44px; block-size: 44px; }
  .solo { min-block-size: 36px; padding-inline: 12px; }
  .legend { display: flex; gap: 16px; grid-area: 1 / 1 / auto / -1; align-items: center; color: var(--_ink-2); }
  .legend b { font-weight: 400; }
  .fetching .legend { display: none; }
}

@container (width < 360px) {
  .call { --_ruler: 0px; }
  .seek { --_lanes: 64px; --_lane: 24px; margin: 8px 12px 0; }
  .ruler, .pill, .legend, .flag, .labels .chapter { display: none; }
  .playhead { inset-block-start: 0; }
  .channels { padding: 0 12px 10px; }
  .channels.shown { column-gap: 6px; }
  .icon-button.small { inline-size: 36px; block-size: 36px; }
  .solo { padding-inline: 8px; }
}

@container (width >= 720px) {
  @media (pointer: coarse) {
    .seek { --_lane: 66px; }
    .has-voices { --_voices: 172px; }
  }
}
@media (pointer: coarse) {
  .solo { min-block-size: 44px; min-inline-size: 44px; }
}

@media (prefers-contrast: more) {
  .axis { border-color: var(--_line-strong); }
  .lane { outline-color: var(--_voice); --_to-come-px: 1; }
}

@media (forced-colors: active) {
  .lane { forced-color-adjust: none; color: CanvasText; outline-color: GrayText; --_to-come-px: 1; }
  .glyph { stroke: CanvasText; }
  :is(.caller, .nurse) .level { --_ink: CanvasText; }
  .played, .playhead, .waiting-head { forced-color-adjust: none; background: CanvasText; }
  .pill { forced-color-adjust: none; background: CanvasText; color: Canvas; }
}
`;
