/// "1 step", "2 steps".
package func counted(_ count: Int, _ noun: String) -> String {
  let plural =
    noun.hasSuffix("y")
    ? String(noun.dropLast()) + "ies"
    : noun == "vertex" ? "vertices" : noun + "s"
  return "\(count) \(count == 1 ? noun : plural)"
}
