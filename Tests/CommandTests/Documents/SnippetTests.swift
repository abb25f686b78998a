import Foundation
import Testing

/// The Swift of the pages is the Swift that `Snippets` compiles.
@Suite struct SnippetTests {
  private static let source = "Tests/JacobianChainsTests/Snippets.swift"

  /// Page and text of every region, in order, and the imports of the file.
  private static func regions() throws -> (
    regions: [(page: String, text: [String])], imports: Set<String>
  ) {
    let lines = try String(
      contentsOf: Command.root.appending(path: source), encoding: .utf8
    ).components(separatedBy: "\n")
    var regions: [(page: String, text: [String])] = []
    var open: (page: String, indent: Int, text: [String])?
    for line in lines {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words == "// end" {
        if let region = open { regions.append((region.page, region.text)) }
        open = nil
      } else if open != nil {
        open!.text.append(String(line.dropFirst(open!.indent)))
      } else if words.hasPrefix("// "), words.hasSuffix(".md") {
        open = (String(words.dropFirst(3)), line.count - words.count, [])
      }
    }
    return (regions, Set(lines.filter { $0.hasPrefix("import ") }))
  }

  @Test(arguments: Document.all)
  func swiftOfPagesIsCompiled(_ page: Document) throws {
    let (regions, imports) = try Self.regions()
    let blocks = page.blocks.filter {
      $0.language == "swift" && !Self.isManifest($0)
    }
    let compiled = regions.filter { $0.page == page.path }
    #expect(blocks.count == compiled.count)
    for (block, region) in zip(blocks, compiled) {
      let imported = block.lines.filter { $0.hasPrefix("import ") }
      #expect(imports.isSuperset(of: imported))
      let text = block.lines.drop {
        $0.isEmpty || $0.hasPrefix("import ")
      }
      #expect(Array(text) == region.text, "\(page.path):\(block.number)")
    }
  }

  private static func isManifest(_ block: Document.Block) -> Bool {
    block.lines.first?.hasPrefix("// swift-tools-version") ?? false
  }

  /// The manifest of a client asks for what there is, and for the tools that
  /// the package itself asks for.
  @Test func manifestsNameProducts() throws {
    let own = try String(
      contentsOf: Command.root.appending(path: "Package.swift"),
      encoding: .utf8)
    let manifests = Document.all.flatMap(\.blocks).filter(Self.isManifest)
    #expect(manifests.count == 1)
    for manifest in manifests {
      #expect(own.hasPrefix(manifest.lines[0]))
      let text = manifest.lines.joined(separator: "\n")
      let products = text.matches(of: /product\(name: "(\w+)"/)
      #expect(!products.isEmpty)
      for product in products {
        #expect(own.contains("Room(\n    name: \"\(product.1)\",\n"))
      }
    }
  }

  /// The C of the README is the example that `make test-libjchain` runs.
  @Test func cOfPagesIsCompiled() throws {
    let blocks = Document.all.flatMap(\.blocks).filter { $0.language == "c" }
    #expect(blocks.count == 1)
    let example = try String(
      contentsOf: Command.root.appending(
        path: "Sources/CJacobianChain/examples/order.c"), encoding: .utf8)
    for block in blocks {
      #expect(block.lines.joined(separator: "\n") + "\n" == example)
    }
  }

  @Test func everyRegionHasItsPage() throws {
    let pages = Set(Document.all.map(\.path))
    let regions = try Self.regions().regions
    #expect(pages.isSuperset(of: regions.map(\.page)) && !regions.isEmpty)
  }
}
