/// The style of every page. Colours are those of Okabe & Ito, on white a little
/// darker, which readers with any colour vision can tell apart.
package enum PageStyle {
  /// Colours and text, tables, facts.
  static let text = """
    :root{color-scheme:light dark;--paper:#fff;--card:#f5f6f8;--ink:#1b1f24;
    --quiet:#59626d;--line:#d5dae0;--alarm:#b03000;--rival:#b3bac3;
    --edge:rgba(0,0,0,.2);--orange:#c27c00;--sky:#3897d3;--green:#008561;
    --blue:#0072b2;--vermillion:#d55e00;--purple:#b3578c;--grey:#7d8590}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;
    --card:#1e2227;--ink:#e8eaed;--quiet:#a3abb5;--line:#343b43;
    --alarm:#ff8a5c;--rival:#4b545e;--edge:rgba(255,255,255,.24);
    --orange:#e69f00;--sky:#8fd0f5;--green:#2fc79b;--blue:#56b4e9;
    --vermillion:#f07a2e;--purple:#d987b5;--grey:#8b949e}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:68rem;padding:1.5rem 1rem 3rem;
    background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
    Arial,sans-serif;font-variant-numeric:tabular-nums}
    h1{font-size:1.65rem;line-height:1.2;margin:0;overflow-wrap:break-word}
    h2,h3{font-size:1rem;margin:2rem 0 .5rem}
    h2.section{font-size:1.25rem;line-height:1.3;margin:2.8rem 0 .6rem;
    padding-top:.7rem;border-top:1px solid var(--line)}
    p,li{margin:.4rem 0;overflow-wrap:anywhere}
    ul{padding-left:1.2rem}
    nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.8rem 0;
    font-size:.9rem}
    a{color:var(--blue)}
    .quiet,figcaption{color:var(--quiet)}
    .verdict{font-size:1.15rem;font-weight:600;margin-top:.8rem}
    .badge{padding:.1rem .55rem;border-radius:1rem;margin-left:.3rem;
    border:1px solid var(--green);color:var(--green);font-size:.85rem;
    white-space:nowrap}
    .badge.open{border-color:var(--alarm);color:var(--alarm)}
    .notice{border-left:4px solid var(--alarm);padding:.3rem .8rem;
    background:var(--card)}
    .notice b{color:var(--alarm)}
    pre{background:var(--card);border-radius:.6rem;padding:.7rem .9rem;
    margin:.6rem 0;white-space:pre-wrap;overflow-wrap:break-word;
    font:.9rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    .cards{display:flex;flex-wrap:wrap;gap:.7rem;margin:1.2rem 0}
    .card{flex:1 1 9.5rem;max-width:100%;background:var(--card);
    border-radius:.6rem;padding:.7rem .9rem}
    .card b{display:block;font-size:1.35rem;line-height:1.3;font-weight:650;
    overflow-wrap:break-word}
    .card span{display:block;font-size:.85rem;color:var(--quiet)}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;
    margin:.8rem 0}
    dt{grid-column:1;color:var(--quiet)}
    dd{grid-column:2;margin:0;overflow-wrap:break-word;min-width:0}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.6rem;
    margin:.6rem 0;background:
    linear-gradient(90deg,var(--paper) 40%,transparent) 0/2rem 100% no-repeat
    local,
    linear-gradient(270deg,var(--paper) 40%,transparent) 100%/2rem 100%
    no-repeat local,
    linear-gradient(90deg,var(--edge),transparent) 0/.8rem 100% no-repeat,
    linear-gradient(270deg,var(--edge),transparent) 100%/.8rem 100% no-repeat}
    table{border-collapse:collapse;width:100%;font-size:.88rem}
    th,td{padding:.32rem .6rem;text-align:left;white-space:nowrap;
    vertical-align:top}
    th{color:var(--quiet);font-weight:500;border-bottom:1px solid var(--line);
    white-space:normal;vertical-align:bottom}
    .number{text-align:right}
    th.long{min-width:6.5rem}
    td.name{white-space:normal;min-width:9rem;overflow-wrap:break-word}
    tbody tr+tr td{border-top:1px solid var(--line)}
    .own td{font-weight:600}
    td.bar{width:24%;min-width:4rem;vertical-align:middle}
    td.bar div{height:.9rem;min-width:1px;border-radius:.2rem;
    background:var(--rival)}
    .own td.bar div{background:var(--blue)}
    figure{margin:1.4rem 0}
    .title{margin:0 0 .4rem}
    figcaption{margin-top:.3rem}
    .legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:.4rem 0;
    padding:0;list-style:none;font-size:.88rem}
    .legend li{margin:0;display:flex;align-items:center;gap:.4rem}
    .legend svg{flex:none}
    text{fill:var(--ink);font-size:12px;text-anchor:middle}
    text.tick{fill:var(--quiet);font-size:11px}
    .grid{stroke:var(--line);stroke-width:1}
    @media(max-width:36rem){body{padding:1rem .7rem 2rem}
    th,td{padding:.3rem .45rem}td.text:first-child,
    td.text:last-child{white-space:normal}td.name{min-width:6rem}}
    @media screen and (max-width:36rem){.spare{display:none}}
    @media(max-width:24rem){text.tick{font-size:11.5px}}
    """

  /// What is different on paper; after all other styles.
  static let paper = """
    @media print{:root{color-scheme:light}
    body{max-width:none;padding:0;font-size:11pt}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    nav{display:none}.scroll{overflow:visible;border:0;background:none}
    table{font-size:8.5pt}
    th,td{padding:.15rem .3rem;white-space:normal;overflow-wrap:normal}
    td.name,th.long{min-width:0}
    .drawing,.gantt{padding:0}
    text.sub,text.dim,text.uses,text.tick,text.finish{font-size:12px}
    h2,h3,.title,.legend{break-after:avoid}
    tr,.card,.drawing:not(.cut),.gantt{break-inside:avoid}
    figcaption{break-before:avoid}
    .lying,figure:has(.lying){page:lying}
    figure:has(.lying),figure:has(.lying) h2{margin-top:0}
    .lying:not(.cut) svg{max-height:15cm}}
    @page lying{size:landscape;margin:8mm}
    """
}
