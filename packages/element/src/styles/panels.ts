/** What lies over the lanes and under them: marks, overview, transcript, markers. */
export const panels = `
:host {
  --_hatch: light-dark(#6e7a86, #7c8894);
  --_hatched: repeating-linear-gradient(135deg, transparent 0 5px, color-mix(in srgb, var(--_hatch) 70%, transparent) 5px 6px), light-dark(#f1f3f5, #1b232b);
}
.marks { position: absolute; inset: 0; overflow: clip; pointer-events: none; }
.labels { z-index: 4; overflow-clip-margin: 10px; }
.mark { position: absolute; left: var(--_x); inset-block: 0; white-space: nowrap; }
.mark.loop { inline-size: var(--_w); background: color-mix(in srgb, var(--_ink) 7%, transparent); border-inline: 1px solid var(--_ink-2); }
.mark.redacted { inline-size: var(--_w); inset-block: 6px; border-radius: 3px; background: var(--_hatched); }
.lanes .mark.chapter { border-inline-start: 1px dotted var(--_line-strong); }
.lanes .mark:is(.marker, .silence) { display: none; }
.labels .mark { inset: auto auto auto var(--_x); inline-size: auto; border: 0; background: none; }
.labels .chapter { inset-block-start: 0; max-inline-size: min(40%, var(--_w)); padding-inline-start: 6px; overflow: hidden; color: var(--_ink-2); font-size: 0.75rem; font-weight: 600; text-overflow: ellipsis; }
.labels .flag { inset-block-start: calc(var(--_ruler) - 20px); inline-size: 16px; translate: -50%; border-radius: 4px; background: var(--_ink); color: var(--_on-ink); font-size: 0.6875rem; line-height: 1rem; font-weight: 700; text-align: center; }
.labels .redacted { left: clamp(3.75rem, var(--_x), 100% - 3.75rem); inset-block-start: calc(50% + var(--_ruler) / 2 - 11px); translate: -50%; padding-inline: 8px; border: 1px solid var(--_hatch); border-radius: 6px; background: var(--_surface); font-size: 0.71875rem; font-weight: 600; }
.labels :is(.marker, .silence) { overflow: hidden; text-indent: 20px; inset-block-start: calc(var(--_ruler) - 4px); inline-size: 11px; block-size: 14px; translate: -50%; background: var(--_ink); clip-path: polygon(0 0, 100% 0, 100% 65%, 50% 100%, 0 65%); }
.away > :is(.playhead, .pill) { visibility: hidden; }

.overview { position: relative; block-size: 30px; margin: 8px 20px 4px; overflow: clip; overflow-clip-margin: 6px; }
.overview .line { inset: 4px 0; }
.overview .line::after { content: ""; position: absolute; left: var(--_at); inset-block: -3px; border-inline-start: 2px solid var(--_ink); }
.overview .mark.redacted { inset-block: 0; min-inline-size: 3px; }
.overview .mark:is(.marker, .silence) { inset-block: -4px auto; inline-size: 6px; block-size: 6px; translate: -50%; border-radius: 50%; background: var(--_ink); }
.overview .marks { overflow: visible; }
.overview .mark:is(.chapter, .loop) { display: none; }
.window-input { appearance: none; position: absolute; inset: 0; inline-size: 100%; block-size: 100%; margin: 0; background: none; border-radius: 5px; cursor: grab; overflow: hidden; }
.window-input::-webkit-slider-runnable-track { block-size: 100%; }
.window-input::-webkit-slider-thumb { appearance: none; inline-size: var(--_window); block-size: 100%; border: 1.5px solid var(--_ink); border-radius: 5px; box-shadow: 0 0 0 400vw color-mix(in srgb, var(--_surface) 50%, transparent); background: none; }
.window-input::-moz-range-track { block-size: 100%; }
.window-input::-moz-range-thumb { inline-size: var(--_window); block-size: 100%; border: 1.5px solid var(--_ink); border-radius: 5px; box-shadow: 0 0 0 400vw color-mix(in srgb, var(--_surface) 50%, transparent); background: none; }
.zoom { display: flex; align-items: center; gap: 2px; align-self: center; margin-inline: 14px; color: var(--_ink-3); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.has-voices > .zoom { margin: 0 -6px; }
.zoom-size { position: relative; min-inline-size: 40px; text-align: center; }
.zoom-size input { position: absolute; inset: -4px 0; inline-size: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.zoom-size:focus-within { outline: 2px solid var(--_focus); outline-offset: 2px; border-radius: 4px; }

.panels { position: relative; display: grid; border-block-start: 1px solid var(--_line); }
.panel { min-inline-size: 0; display: flex; flex-direction: column; }
.panel-head { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; min-block-size: 54px; padding-block: 8px; padding-inline: 20px 16px; border-block-end: 1px solid var(--_line); }
.panel-head h3 { flex: 1; margin: 0; font-size: 0.875rem; font-weight: 600; }
.search { flex: 0 1 320px; display: flex; align-items: center; gap: 4px; min-inline-size: 0; min-block-size: 34px; padding-inline: 10px 3px; border: 1px solid var(--_line-strong); border-radius: 8px; color: var(--_ink-3); }
.search:focus-within { outline: 2px solid var(--_focus); outline-offset: 2px; }
.search input { flex: 1; min-inline-size: 0; inline-size: 100%; padding: 4px; border: 0; outline: 0; background: none; color: var(--_ink); font-size: 0.875rem; }
.search input::-webkit-search-cancel-button { display: none; }
.search input::placeholder { color: var(--_ink-3); opacity: 1; }
.hit-count { font-size: 0.75rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.follow .icon { visibility: hidden; margin-inline-end: -22px; }
.follow[aria-pressed="true"] .icon { visibility: visible; margin: 0; }
.pane { position: relative; flex: 1; min-block-size: 120px; }
.turns, .marker-list { position: relative; block-size: 460px; max-block-size: 60vh; margin: 0; padding: 8px 0; overflow: auto; overscroll-behavior: contain; list-style: none; outline: 0; }
.empty { padding: 20px; color: var(--_ink-2); }
.turn { position: relative; display: grid; grid-template-columns: 52px minmax(64px, max-content) minmax(0, 1fr); gap: 0 8px; align-items: baseline; padding: 7px 20px; font-size: 0.9375rem; line-height: 1.4375rem; cursor: pointer; content-visibility: auto; contain-intrinsic-block-size: auto 38px; overflow-wrap: anywhere; }
.turn:hover { background: var(--_hover); }
.turn[aria-current] { background: light-dark(var(--_sunken), var(--_hover)); box-shadow: inset 3px 0 var(--_ink); }
:host(:dir(rtl)) .turn[aria-current] { box-shadow: inset -3px 0 var(--_ink); }
.turn-time { justify-self: start; min-block-size: 24px; padding: 0; border: 0; background: none; color: var(--_ink-3); font-size: 0.78125rem; font-variant-numeric: tabular-nums; }
.turn[aria-current] .turn-time { color: var(--_ink); font-weight: 600; }
.who { color: var(--_voice, var(--_ink-2)); font-size: 0.8125rem; }
.who::first-letter { text-transform: uppercase; }
.chapter-head { display: flex; align-items: center; gap: 10px; padding: 12px 20px 6px; color: var(--_ink-2); font-size: 0.75rem; line-height: 1rem; font-weight: 600; }
.chapter-head::after { content: ""; flex: 1; border-block-start: 1px solid var(--_line); }
mark { padding: 1px 2px; margin: 0 -1px; border-radius: 3px; background: light-dark(#ffe9a8, #5a4714); color: inherit; }
mark.now { background: light-dark(#ffc845, #e9be63); color: light-dark(#16202a, #11171d); box-shadow: 0 0 0 1px var(--_ink); }
.redaction { display: inline-flex; align-items: center; gap: 6px; min-block-size: 24px; padding-inline: 7px 9px; border: 1px solid var(--_hatch); border-radius: 6px; background: var(--_hatched); font-size: 0.78125rem; line-height: 1.25rem; font-weight: 550; }
.back-to { position: absolute; inset-block-end: 14px; inset-inline: 0; z-index: 5; inline-size: fit-content; min-block-size: 36px; margin-inline: auto; padding: 0 16px; border: 0; border-radius: 18px; background: var(--_ink); color: var(--_on-ink); font-size: 0.8125rem; font-weight: 600; box-shadow: 0 4px 14px rgb(0 0 0 / 20%); }
.marker-item { display: grid; grid-template-columns: 22px 44px minmax(0, 1fr); gap: 0 8px; inline-size: 100%; padding: 8px 20px; border: 0; background: none; color: var(--_ink); font-size: 0.84375rem; line-height: 1.1875rem; text-align: start; overflow-wrap: anywhere; }
.marker-item:hover, .marker-item.loop { background: var(--_hover); }
.marker-item .icon, .marker-time { color: var(--_ink-2); font-variant-numeric: tabular-nums; }
.marker-item small { display: block; color: var(--_ink-3); font-size: 0.75rem; line-height: 1rem; }
.tabs { display: none; }

@container (width >= 720px) {
  .panels:not(:has(> .panel[hidden])) { grid-template-columns: minmax(0, 1fr) 260px; }
  .panels > .panel + .panel:not([hidden] + .panel) { border-inline-start: 1px solid var(--_line); }
}
@container (width >= 1040px) {
  .has-panels .seek { --_lanes: 132px; }
  .panels:not(:has(> .panel[hidden])) { grid-template-columns: minmax(0, 1fr) 340px; }
  [part="transcript-button"] { display: none; }
}
@container (width < 720px) {
  .overview { block-size: 20px; margin: 8px 16px 4px; }
  .overview .line { inset: 3px 0; }
  .zoom:not(.shown) { display: none; }
  .zoom { justify-content: center; }
  .panels { border-block-end: 1px solid var(--_line); margin-block-start: 6px; }
  .tabs { display: flex; gap: 18px; padding-inline: 16px; border-block-end: 1px solid var(--_line); }
  .tabs button { min-block-size: 46px; padding: 0; border: 0; border-block-end: 2px solid transparent; background: none; color: var(--_ink-2); font-weight: 600; font-size: 0.9375rem; }
  .tabs [aria-selected="true"] { border-color: var(--_ink); color: var(--_ink); }
  .tabs:not([hidden]) ~ .panel:not(.chosen) { display: none; }
  .tabs:not([hidden]) ~ .panel h3 { display: none; }
  .panel-head { padding-inline: 16px !important; }
  .search { flex: 1; }
  .turns, .marker-list { block-size: 330px; }
  .turn { grid-template-columns: auto 1fr; padding: 7px 16px; font-size: 1rem; line-height: 1.4375rem; }
  .turn .who { order: -1; }
  .turn p { grid-column: 1 / -1; }
  .marker-item { padding-inline: 16px; min-block-size: 44px; }
  .chapter-head { padding-inline: 16px; }
  .has-panels .transport { position: sticky; inset-block-end: 0; z-index: 6; background: var(--_surface); }
}
@container (width < 360px) {
  .overview { display: none; }
  .labels .redacted, .mark.chapter { display: none; }
}
@media (pointer: coarse) {
  .turn-time, .search .icon-button, .marker-item { min-block-size: 44px; }
}
@media (forced-colors: active) {
  .mark, .redaction, .overview .line::after, .window-input { forced-color-adjust: none; }
  .mark.loop { background: none; border-color: CanvasText; }
  .mark.redacted, .redaction { background: repeating-linear-gradient(135deg, Canvas 0 5px, CanvasText 5px 6px); color: CanvasText; border-color: CanvasText; text-shadow: 0 0 2px Canvas; }
  .redaction, .labels .redacted { background: Canvas; color: CanvasText; border-color: CanvasText; }
  .labels .chapter { color: CanvasText; }
  .labels .flag { background: CanvasText; color: Canvas; }
  .overview .mark:is(.marker, .silence), .labels :is(.marker, .silence) { background: CanvasText; }
  .overview .line::after { border-color: CanvasText; }
  .window-input { --_ink: Highlight; --_surface: transparent; }
  .turn[aria-current] { box-shadow: inset 3px 0 CanvasText; }
  mark { background: Highlight; color: HighlightText; forced-color-adjust: none; }
}
`;
