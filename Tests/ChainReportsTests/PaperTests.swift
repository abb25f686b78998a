import Testing

@testable import ChainReports

/// Drawings on sheets of A4, on which letters of 12 pixels have 8 points when
/// an upright one shows 800 pixels of a drawing's width and a lying one 1 190.
@Suite struct PaperTests {
  private static var figure: Figure {
    Figure(title: "t", drawing: nil, caption: "c")
  }

  /// The windows through which a drawing is seen on paper: left, top, width and
  /// height.
  private static func pieces(_ markup: String) -> [[Double]] {
    let sheets = markup.split(separator: "<div class=\"sheets\">").dropFirst()
    return sheets.flatMap {
      $0.matches(of: /viewBox="([-0-9. ]+)"/).map {
        $0.1.split(separator: " ").compactMap { Double($0) }
      }
    }
  }

  @Test(arguments: [(144.0, 40.0), (800, 1000), (801, 635), (1190, 635)])
  func whatFitsIsWhole(_ width: Double, _ height: Double) {
    let markup = SVG(width: width, height: height)
      .scrolled(id: "f", of: Self.figure)
    #expect(Self.pieces(markup).isEmpty && !markup.contains("cut"))
    #expect(markup.contains("drawing lying") == (width > 800))
  }

  /// Every point is on a sheet, every row on one as a whole.
  @Test(arguments: [
    (800.0, 1001.0), (300, 5000), (801, 636), (1191, 100), (3498, 746),
    (20_000, 3_000),
  ])
  func whatDoesNotIsCut(_ width: Double, _ height: Double) {
    var svg = SVG(width: width, height: height)
    svg.rows = (first: 31, pitch: 26)
    let markup = svg.scrolled(id: "f", of: Self.figure)
    #expect(markup.contains("<g id=\"f-drawing\">"))
    let pieces = Self.pieces(markup)
    #expect(pieces.count > 1)
    let widest = width > 800 ? 1190.0 : 800
    var (left, right, bottom) = (0.0, 0.0, height)
    for piece in pieces {
      if piece[0] != left || bottom == height {
        #expect(bottom == height, "a column ends too early")
        #expect(piece[0] <= max(0, right - 129), "no overlap at \(piece)")
        (left, bottom) = (piece[0], 0)
      }
      #expect(piece[1] == bottom && piece[2] <= widest && piece[3] <= 340)
      #expect(
        piece[1] == 0
          || (piece[1] - 31).truncatingRemainder(dividingBy: 26) == 0)
      bottom = piece[1] + piece[3]
      right = piece[0] + piece[2]
    }
    #expect(bottom == height && abs(right - width) < 0.2)
  }
}
