/// What there is to say, as a value: text for a terminal, Markdown and HTML are
/// all written from it. Its texts are plain; who writes them escapes them.
package struct Document {
  /// What is written once only, and what stands among other things.
  package enum Kind {
    /// A page with sections, whose figures are counted.
    case page
    /// Something to be pasted into an issue.
    case excerpt
  }

  package var kind: Kind
  package var title: String
  package var subtitle: String
  package var blocks: [Block]

  /// Creates a document.
  package init(
    kind: Kind = .excerpt, title: String, subtitle: String = "",
    blocks: [Block]
  ) {
    (self.kind, self.title) = (kind, title)
    (self.subtitle, self.blocks) = (subtitle, blocks)
  }
}

/// A part of a document.
package enum Block {
  case section(String)
  /// Something smaller inside a section.
  case heading(String)
  case paragraph(String)
  /// What a report is about.
  case finding(Finding)
  case facts([Fact])
  /// Something that must not be overlooked, and what it is about.
  case notice(String, label: String = "")
  case list([String])
  case cards([Card])
  case table(Table)
  case figure(Figure)
}

/// What was found, in a few words.
package struct Finding {
  /// What `lines` are.
  var label: String
  /// Something to be read letter by letter.
  var lines: [String]
  /// What it amounts to.
  var verdict: String
  /// What the signs mean; empty when they need no words.
  var notation: String
  /// How sure it is, in a word.
  var badge: (text: String, isGood: Bool)
  /// The same in large type, for pages.
  var cards: [Card]
  var facts: [Fact]
}

/// Something worth knowing, under a label; without one it belongs to the fact
/// before it.
package struct Fact {
  var label: String
  var text: String
  var role: Ink.Role?

  init(_ label: String, _ text: String, _ role: Ink.Role? = nil) {
    (self.label, self.text, self.role) = (label, text, role)
  }
}

/// A figure in large type and what it is.
package struct Card {
  package var figure: String
  package var caption: String

  /// Creates a card.
  package init(figure: String, caption: String) {
    (self.figure, self.caption) = (figure, caption)
  }
}

/// A drawing and the sentence that says what it shows.
package struct Figure {
  package var title: String
  /// nil for what can't be drawn; the caption then says why.
  package var drawing: (any Drawing)?
  package var caption: String

  /// Creates a figure.
  package init(title: String, drawing: (any Drawing)?, caption: String) {
    (self.title, self.drawing, self.caption) = (title, drawing, caption)
  }
}

/// What finds its form where it is shown.
package protocol Drawing {
  /// For a terminal of so many columns; empty where it has no such form.
  func lines(columns: Int) -> [String]

  /// For a browser, with its legend.
  ///
  /// - Parameters:
  ///   - id: of the elements that need one.
  ///   - figure: whose title and caption stand for the drawing where it can't
  ///     be seen.
  func markup(id: String, of figure: Figure) -> String

  /// The sheets of style that its markup needs beside that of every page.
  var styles: [String] { get }
}

extension Drawing {
  package func lines(columns: Int) -> [String] { [] }
}
