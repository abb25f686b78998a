/// What the operations of one value need that a set doesn't hold yet.
///
/// An operation is dominated when another one needs nothing, or one value,
/// that it needs, too, costs no more, and takes no tape where tape counts.
struct SetNeeds {
  /// Σ over the set of the least tape of its values.
  private(set) var leastTape = 0
  /// For each value `round` when the set holds it, `−round` when an operation
  /// needs it alone.
  private var marks: [Int]
  private var round = 0
  /// The least price of an operation that needs a value alone, and its id.
  private var single: [(price: Int, id: Int)]
  /// The least price of an operation that needs nothing, and its id.
  private var free = (price: Int.max, id: -1)

  init(values: Int) {
    marks = [Int](repeating: 0, count: values)
    single = [(price: Int, id: Int)](repeating: (0, -1), count: values)
  }

  /// Takes up a set and the operations of one value.
  mutating func load(
    _ set: ArraySlice<Int32>, _ operations: Range<Int>, _ tables: SetTables,
    tapeCounts: Bool
  ) {
    round += 1
    leastTape = 0
    free = (.max, -1)
    for value in set {
      marks[Int(value)] = round
      leastTape += tables.leastTape[Int(value)]
    }
    for id in operations {
      let operation = tables.operations[id]
      if tapeCounts, operation.tape > 0 { continue }
      let (a, b) = new(operation)
      if a < 0 {
        if operation.price < free.price {
          free = (operation.price, operation.id)
        }
      } else if b < 0 {
        if marks[a] != -round || operation.price < single[a].price {
          marks[a] = -round
          single[a] = (operation.price, operation.id)
        }
      }
    }
  }

  /// The operands that the set doesn't hold, the greater first.
  func new(_ operation: SetTables.Operation) -> (Int, Int) {
    let (first, second) = (operation.first, operation.second)
    let isFirstNew = first >= 0 && marks[first] != round
    let isSecondNew = second >= 0 && marks[second] != round
    if isFirstNew { return (first, isSecondNew ? second : -1) }
    return (isSecondNew ? second : -1, -1)
  }

  /// Whether another operation does as well as this one, which needs a and b.
  func isDominated(
    _ operation: SetTables.Operation, _ a: Int, _ b: Int
  ) -> Bool {
    if free.price <= operation.price, free.id != operation.id { return true }
    return isBeaten(operation, by: a) || isBeaten(operation, by: b)
  }

  /// Whether an operation that needs `value` alone costs no more.
  private func isBeaten(
    _ operation: SetTables.Operation, by value: Int
  ) -> Bool {
    guard value >= 0, marks[value] == -round else { return false }
    return single[value].price <= operation.price
      && single[value].id != operation.id
  }
}
