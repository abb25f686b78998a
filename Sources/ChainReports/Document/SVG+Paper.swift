/// Drawings on paper, where nobody scrolls: as wide as a sheet of A4, upright
/// or lying, on which their letters have 8 points and more; what is larger is
/// cut into several that follow each other.
extension SVG {
  /// What fits on a sheet, in pixels of the drawing. Margins leave 717 CSS
  /// pixels of its width upright and 1 062 lying, title, legend and caption 567
  /// of its height lying, and a letter of 12 pixels has 8 points when it is drawn
  /// at 8/9 of its size.
  private static let upright = (width: 800.0, height: 1000.0)
  private static let lying = (width: 1190.0, height: 635.0)
  /// How high pieces are at most, so that the rest of a page is made use of.
  private static let pieceHeight = 340.0
  /// How much two neighbours have in common: no node is in two halves only.
  private static let overlap = 130.0

  /// The element of a drawing that can be scrolled on a screen.
  func scrolled(id: String, of figure: Figure) -> String {
    let pieces = pieces
    let style =
      (isLying ? " lying" : "") + (pieces.isEmpty ? "" : " cut")
    return """
      <div class="scroll drawing\(style)">\
      \(markup(id: id, of: figure, isShownAgain: !pieces.isEmpty))\
      \(sheets(pieces, of: id))</div>

      """
  }

  /// On a sheet that is wider than high.
  private var isLying: Bool { width > Self.upright.width }

  /// The parts that are shown one after the other; none where all fits.
  private var pieces: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] {
    let limit = isLying ? Self.lying : Self.upright
    guard width > limit.width || height > limit.height else { return [] }
    let step = limit.width - Self.overlap
    let count = max(1, ((width - Self.overlap) / step).rounded(.up))
    let share = (width + (count - 1) * Self.overlap) / count
    return (0..<Int(count)).flatMap { column in
      let left = Double(column) * (share - Self.overlap)
      return bands.map { (left...(left + share), $0) }
    }
  }

  /// From top to bottom, cut between rows.
  private var bands: [ClosedRange<Double>] {
    let cuts = stride(from: rows.first, to: height, by: rows.pitch)
    var bands: [ClosedRange<Double>] = []
    var (start, end) = (0.0, 0.0)
    for cut in [Double](cuts) + [height] {
      if cut - start > Self.pieceHeight, end > start {
        bands.append(start...end)
        start = end
      }
      end = cut
    }
    return bands + [start...end]
  }

  private func sheets(
    _ pieces: [(x: ClosedRange<Double>, y: ClosedRange<Double>)],
    of id: String
  ) -> String {
    guard !pieces.isEmpty else { return "" }
    let parts = pieces.map { x, y in
      let (width, height) = (
        n(x.upperBound - x.lowerBound), n(y.upperBound - y.lowerBound)
      )
      return "<svg viewBox=\"\(n(x.lowerBound)) \(n(y.lowerBound)) \(width) "
        + "\(height)\" width=\"\(width)\" height=\"\(height)\" "
        + "aria-hidden=\"true\"><use href=\"#\(id)-drawing\"/></svg>\n"
    }
    return "<div class=\"sheets\">\n\(parts.joined())</div>"
  }
}
