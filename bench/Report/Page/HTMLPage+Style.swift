import ChainReports

extension HTMLPage {
  /// The only style sheet. Colours are those of Okabe & Ito, on white a little
  /// darker, which readers with any colour vision can tell apart; markers
  /// differ in shape, too.
  static let style = """
    :root{color-scheme:light dark;--paper:#fff;--card:#f4f6f8;--ink:#1b1f24;
    --quiet:#59626d;--line:#d5dae0;--alarm:#b03000;--edge:rgba(0,0,0,.2);
    --orange:#c27c00;--sky:#3897d3;--green:#009e73;--blue:#0072b2;
    --vermillion:#d55e00;--purple:#b3578c}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;
    --card:#1e2227;--ink:#e8eaed;--quiet:#a3abb5;--line:#2f353d;
    --alarm:#ff8a5c;--edge:rgba(255,255,255,.24);--orange:#e69f00;--sky:#8fd0f5;--green:#2fc79b;
    --blue:#4a9fe0;--vermillion:#f07a2e;--purple:#d987b5}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:64rem;padding:1.5rem 1rem 3rem;
    background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",
    Arial,sans-serif;font-variant-numeric:tabular-nums}
    h1{font-size:1.7rem;line-height:1.2;margin:0 0 .6rem}
    h2{font-size:1.25rem;line-height:1.3;margin:2.8rem 0 .6rem;
    padding-top:.7rem;border-top:1px solid var(--line)}
    h3{font-size:1rem;margin:1.8rem 0 .4rem}
    p,li{margin:.4rem 0;overflow-wrap:anywhere}
    ul{padding-left:1.2rem}
    nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.8rem 0;
    font-size:.9rem}
    a{color:var(--blue)}
    .missing{border-left:4px solid var(--alarm);padding:.3rem .8rem;
    background:var(--card)}
    .missing b{color:var(--alarm)}
    .cards{display:grid;gap:.7rem;margin:1.2rem 0;
    grid-template-columns:repeat(auto-fit,minmax(11rem,1fr))}
    .card{background:var(--card);border-radius:.6rem;padding:.7rem .9rem}
    .card b{display:block;font-size:1.35rem;line-height:1.3}
    .card span{display:block;font-size:.85rem;color:var(--quiet)}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;
    margin:.8rem 0;\(ScrollEdge.background)}
    table{border-collapse:collapse;width:100%;font-size:.84rem}
    th,td{padding:.3rem .5rem;text-align:left;white-space:nowrap;
    vertical-align:top}
    th{color:var(--quiet);font-weight:500;border-bottom:1px solid var(--line);
    white-space:normal;vertical-align:bottom}
    .number{text-align:right}
    th.long{min-width:6.5rem}
    td.name{white-space:normal;min-width:10rem;overflow-wrap:break-word}
    tbody tr+tr td{border-top:1px solid var(--line)}
    figure{margin:1.4rem 0}
    .title{margin:0 0 .4rem}
    figcaption{margin-top:.3rem}
    .legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:.3rem 0;
    padding:0;list-style:none;font-size:.88rem}
    .legend li{margin:0;display:flex;align-items:center;gap:.4rem}
    .legend svg{flex:none}
    figure svg{display:block;max-width:100%;height:auto}
    .small{display:none}
    .large svg{width:100%}.small svg{width:100%;max-width:30rem}
    svg text{fill:var(--ink);font-size:12px}
    svg .tick{fill:var(--quiet);font-size:11px}
    svg .axis{fill:var(--quiet);font-size:12px}
    .grid{stroke:var(--line);stroke-width:1}
    .frame{stroke:var(--quiet);stroke-width:1;fill:none}
    .reference{stroke:var(--quiet);stroke-width:1.2;stroke-dasharray:2 3}
    .band{fill:var(--card)}
    .orange{--kind:var(--orange)}.sky{--kind:var(--sky)}
    .green{--kind:var(--green)}.blue{--kind:var(--blue)}
    .vermillion{--kind:var(--vermillion)}.purple{--kind:var(--purple)}
    .ink{--kind:var(--ink)}
    .mark{fill:var(--kind);fill-opacity:.55;stroke:var(--kind);
    stroke-width:1.6;stroke-linejoin:round}
    .open{fill:var(--paper);fill-opacity:1;stroke-dasharray:2 1.6}
    .stroke{fill:none;stroke:var(--kind);stroke-width:2;stroke-linecap:round}
    .whisker{fill:none;stroke:var(--kind);stroke-width:1.4}
    .curve{fill:none;stroke:var(--kind);stroke-width:1.6}
    @media(max-width:50rem){.large{display:none}.small{display:block}
    body{padding:1rem .7rem 2rem}th,td{padding:.3rem .45rem}}
    @media print{:root{color-scheme:light}
    .large{display:block}.small{display:none}
    body{max-width:none;padding:0;font-size:11pt}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    nav{display:none}.scroll{overflow:visible;border:0;background:none}
    table{font-size:8.5pt}th,td{padding:.15rem .3rem}
    .wide table{font-size:6.5pt}.wide th,.wide td{white-space:normal;
    padding:.1rem .2rem;overflow-wrap:normal}
    td.name,th.long{min-width:0}h2,h3,.title,.legend{break-after:avoid}
    figure,tr,.card{break-inside:avoid}figcaption{break-before:avoid}}
    """
}
