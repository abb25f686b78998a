extension HTMLReport {
  /// The only style sheet. Colours are those of Okabe & Ito, which readers
  /// with any colour vision can tell apart.
  static let style = """
    :root{color-scheme:light dark;--paper:#fff;--card:#f6f7f9;--ink:#1b1f24;
    --quiet:#5c6570;--line:#d5dae0;--given:#7d8590;--accumulate:#d98e00;
    --multiply:#0072b2;--eliminate:#009e73;--run:#b3578c;--folded:#7d8590;
    --alarm:#c03500;--rival:#b3bac3;--edge:rgba(0,0,0,.2)}
    @media(prefers-color-scheme:dark){:root{--paper:#15181c;--card:#1e2227;
    --ink:#e8eaed;--quiet:#a0a8b2;--line:#3a4149;--given:#8b949e;
    --accumulate:#e69f00;--multiply:#56b4e9;--eliminate:#2fc79b;--run:#d987b5;
    --folded:#8b949e;--alarm:#ff8a5c;--rival:#4b545e;
    --edge:rgba(255,255,255,.24)}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:68rem;padding:1.5rem 1rem 3rem;
    background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
    Arial,sans-serif;font-variant-numeric:tabular-nums}
    h1{font-size:1.6rem;line-height:1.2;margin:0;overflow-wrap:break-word}
    h2{font-size:1rem;margin:2rem 0 .6rem}
    p{margin:.3rem 0}
    .quiet{color:var(--quiet)}
    .verdict{font-size:1.15rem;font-weight:600;margin-top:.8rem}
    .badge{display:inline-block;padding:.05rem .55rem;border-radius:1rem;
    border:1px solid var(--eliminate);color:var(--eliminate);font-size:.85rem;
    font-weight:600}
    .badge.open,.alarm{border-color:var(--alarm);color:var(--alarm)}
    .alarm{border:2px solid;border-radius:.5rem;padding:.5rem .8rem;
    font-weight:700;margin:.6rem 0}
    .cards{display:grid;gap:.7rem;margin:1.2rem 0;
    grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr))}
    .card{background:var(--card);border-radius:.6rem;padding:.7rem .9rem}
    .card b{display:block;font-size:1.35rem;line-height:1.3;font-weight:650;
    overflow-wrap:break-word}
    .card span{display:block;font-size:.85rem;color:var(--quiet)}
    pre{background:var(--card);border-radius:.6rem;padding:.7rem .9rem;
    margin:.6rem 0;white-space:pre-wrap;overflow-wrap:break-word;
    font:.9rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    .bars{display:grid;gap:.35rem .8rem;align-items:center;
    grid-template-columns:max-content max-content max-content 1fr}
    .bars .track{height:1.1rem}
    .bars .fill{height:100%;min-width:1px;border-radius:.2rem;
    background:var(--rival)}
    .bars .own{background:var(--multiply)}
    .bars .number{text-align:right}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.6rem;
    \(ScrollEdge.background)}
    .drawing{padding:.6rem}
    .drawing svg{display:block;margin:0 auto;width:var(--natural)}
    table{border-collapse:collapse;width:100%;font-size:.92rem}
    th,td{padding:.35rem .7rem;text-align:left;white-space:nowrap}
    th{color:var(--quiet);font-weight:500;border-bottom:1px solid var(--line)}
    td.number,th.number{text-align:right}
    tr+tr td{border-top:1px solid var(--line)}
    td.name{white-space:normal;min-width:9rem;overflow-wrap:break-word}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.5rem 0;
    font-size:.85rem;color:var(--quiet)}
    .legend i{display:inline-block;width:.8em;height:.8em;border-radius:.25em;
    margin-right:.4em;background:var(--kind)}
    .given{--kind:var(--given)}.accumulate{--kind:var(--accumulate)}
    .multiply{--kind:var(--multiply)}.eliminate{--kind:var(--eliminate)}
    .add{--kind:var(--run)}.input{--kind:var(--given)}
    .intermediate{--kind:var(--accumulate)}.output{--kind:var(--multiply)}
    .unit{--kind:var(--quiet)}path.unit{stroke-dasharray:5 4}
    .legend .unit i{height:0;width:1.6em;border-radius:0;background:none;
    border-top:2px dashed var(--kind);vertical-align:.25em}
    .run{--kind:var(--run)}.folded{--kind:var(--folded)}
    svg text{fill:var(--ink);font-size:12px;text-anchor:middle}
    svg .main{font-weight:600}
    svg .sub{font-size:11px;fill:var(--quiet)}
    svg .dim{font-size:11px;font-style:italic;fill:var(--quiet)}
    svg .label{text-anchor:start;font-weight:600}
    svg .facts{font-weight:400;fill:var(--quiet)}
    .edge{fill:none;stroke:var(--quiet);stroke-opacity:.55;stroke-width:1.5}
    .back{fill:var(--paper)}
    .tint{fill:var(--kind);fill-opacity:.08}
    .share{fill:var(--kind);fill-opacity:.3}
    .frame{fill:none;stroke:var(--kind);stroke-width:1.4}
    .dot{fill:var(--kind)}
    .folded .dot{fill:var(--paper);stroke:var(--kind);stroke-width:2}
    .legend .folded i{background:none;border:2px solid var(--kind)}
    .shared{--kind:var(--run)}.target{--kind:var(--multiply)}
    .edge.shared{stroke:var(--run);stroke-opacity:.9;stroke-width:2}
    svg .badge{fill:var(--run);stroke:var(--paper);stroke-width:1.5}
    svg .uses{fill:var(--paper);font-size:11px;font-weight:700}
    .legend .shared i{border-radius:1em}
    .legend .target i{background:none;border:3px double var(--kind)}
    .gantt svg{display:block;margin:0 auto;width:100%;height:auto;
    min-width:var(--natural);max-width:60rem}
    .gantt.narrow{display:none}
    .several{--kind:var(--given)}
    .grid{stroke:var(--line);stroke-width:1}
    svg .tick{font-size:11px;fill:var(--quiet)}
    rect.idle{fill:var(--card);stroke:var(--line);stroke-dasharray:3 3}
    .end{stroke:var(--ink);stroke-width:1.5;fill:none}
    svg .finish{font-size:11px;font-weight:600;text-anchor:end}
    path.critical{fill:none;stroke:var(--ink);stroke-width:4}
    .legend .critical i{width:1.6em;height:4px;border-radius:0;
    vertical-align:.2em;background:var(--ink)}
    .legend .idle i{background:var(--card);border:1px dashed var(--quiet)}
    @media screen and (max-width:62rem){.gantt.wide{display:none}
    .gantt.narrow{display:block;padding:.4rem}
    .gantt.narrow svg{max-width:36rem}}
    @media(max-width:36rem){body{padding:1rem .7rem 2rem}
    .bars{grid-template-columns:1fr max-content 4.2rem}
    .bars .track{grid-column:1/-1;margin-bottom:.4rem}
    th,td{padding:.3rem .5rem}}
    @media print{:root{color-scheme:light}body{max-width:none;padding:0}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .scroll{overflow:visible;border:0;background:none}
    .scroll svg{min-width:0;width:auto;max-width:100%;height:auto;
    max-height:21cm}
    h2,tr{break-after:avoid}tr,.card{break-inside:avoid}}
    """
}
