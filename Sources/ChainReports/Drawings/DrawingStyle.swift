/// The styles of a report's drawings.
enum DrawingStyle {
  /// Trees, outlines and graphs.
  static let nodes = """
    .drawing{padding:.6rem}
    .drawing svg{display:block;margin:0 auto;width:var(--natural)}
    text.label{text-anchor:start;font-weight:600}
    tspan.facts{font-weight:400;fill:var(--quiet)}
    text.dim{font-size:11px;font-style:italic;fill:var(--quiet)}
    .edge{fill:none;stroke:var(--quiet);stroke-opacity:.55;stroke-width:1.5}
    .edge.shared{stroke:var(--purple);stroke-opacity:.9;stroke-width:2}
    .dot{fill:var(--kind)}
    .folded .dot{fill:var(--paper);stroke:var(--kind);stroke-width:2}
    .legend .folded i{background:none;border:2px solid var(--kind)}
    .shared{--kind:var(--purple)}.target{--kind:var(--blue)}
    rect.badge{fill:var(--purple);stroke:var(--paper);stroke-width:1.5}
    text.uses{fill:var(--paper);font-size:11px;font-weight:700}
    .legend .shared i{border-radius:1em}
    .legend .target i{background:none;border:3px double var(--kind)}
    .unit{--kind:var(--quiet)}path.unit{stroke-dasharray:5 4}
    .legend .unit i{height:0;width:1.6em;border-radius:0;background:none;
    border-top:2px dashed var(--kind)}
    .sheets{display:none}
    @media print{.drawing svg{width:auto;max-width:100%;height:auto}
    .cut>svg{display:none}.sheets{display:block}
    .sheets svg{break-inside:avoid}}
    """

  /// Schedules.
  static let gantt = """
    .gantt{padding:.6rem}
    .gantt svg{display:block;margin:0 auto;width:100%;height:auto;
    min-width:var(--natural);max-width:56rem}
    .gantt.narrow{display:none}
    .several{--kind:var(--grey)}
    rect.idle{fill:var(--card);stroke:var(--line);stroke-dasharray:3 3}
    .end{stroke:var(--ink);stroke-width:1.5;fill:none}
    text.finish{font-size:11px;font-weight:600;text-anchor:end}
    path.critical{fill:none;stroke:var(--ink);stroke-width:4}
    .legend .critical i{width:1.6em;height:4px;border-radius:0;
    background:var(--ink)}
    .legend .idle i{background:var(--card);border:1px dashed var(--quiet)}
    @media screen and (max-width:62rem){.gantt.wide{display:none}
    .gantt.narrow{display:block;padding:.4rem}
    .gantt.narrow svg{max-width:36rem}}
    @media print{.gantt svg{min-width:0;max-width:100%;max-height:21cm}}
    """

  /// The colours of what was done, and the boxes that have them.
  static let boxes = """
    .legend i{width:.8em;height:.8em;border-radius:.25em;flex:none;
    background:var(--kind)}
    .given,.input,.folded{--kind:var(--grey)}
    .accumulate,.intermediate{--kind:var(--orange)}
    .multiply,.output{--kind:var(--blue)}.eliminate{--kind:var(--green)}
    .run,.add{--kind:var(--purple)}
    text.main{font-weight:600}
    text.sub{font-size:11px;fill:var(--quiet)}
    .back{fill:var(--paper)}
    .tint{fill:var(--kind);fill-opacity:.08}
    .share{fill:var(--kind);fill-opacity:.3}
    .frame{fill:none;stroke:var(--kind);stroke-width:1.4}
    """
}
