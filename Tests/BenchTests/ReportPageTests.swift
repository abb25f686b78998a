import ChainBenchReport
import Foundation
import Testing

/// The page for a browser.
@Suite struct ReportPageTests {
  private let html = ReportFixture.html

  @Test func selfContained() {
    for word in ["http:", "https:", "<script", "<link", "<img", "@import"] {
      #expect(!html.contains(word))
    }
    #expect(html.contains("prefers-color-scheme:dark"))
    #expect(html.contains("@media print"))
  }

  /// Who can't see a drawing is told what it is and what it shows.
  @Test func drawingsAreNamed() {
    let drawings = html.components(separatedBy: "role=\"img\"").count - 1
    #expect(drawings > 30)
    #expect(html.components(separatedBy: "<desc id=").count - 1 == drawings)
    #expect(html.components(separatedBy: "<title id=").count - 1 == drawings)
    let ids = html.matches(of: /id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for match in html.matches(of: /aria-labelledby="([^"]*)"/) {
      for name in match.1.split(separator: " ") {
        #expect(ids.contains(String(name)))
      }
    }
  }

  @Test func figuresHaveSentences() {
    let captions = html.matches(of: /<figcaption>([^<]*)<\/figcaption>/)
    #expect(captions.count > 15)
    for caption in captions { #expect(caption.1.hasSuffix(".")) }
  }

  /// Names are the user's; they stay text.
  @Test func namesStayText() {
    let name = "<b>&\"'|`*_[x](y)"
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    let files = ReportFixture.files.mapValues {
      $0.replacing("w01-autoencoder-600", with: quoted)
    }
    let report = ReportFixture.report(files)
    #expect(!report.html.contains("<b>&"))
    #expect(report.html.contains("&lt;b&gt;&amp;"))
    #expect(!report.markdown.contains("<b>"))
    #expect(!report.markdown.contains("](y)"))
    let rows = report.markdown.split(separator: "\n").filter {
      $0.hasPrefix("| &#60;b&#62;")
    }
    #expect(!rows.isEmpty)
  }

  /// Elements close in the order in which they open.
  @Test func wellFormed() {
    var open: [Substring] = []
    for tag in html.matches(of: /<(\/?)([a-z0-9]+)((?:"[^"]*"|[^">])*)>/) {
      if ["meta", "wbr", "!DOCTYPE"].contains(tag.2) || tag.3.hasSuffix("/") {
        continue
      }
      if tag.1.isEmpty {
        open.append(tag.2)
      } else {
        #expect(open.popLast() == tag.2)
      }
    }
    #expect(open.isEmpty)
  }
}
