import ChainAD
import Testing

@Suite struct AbilitiesTests {
  @Test func unionHasBoth() {
    let both: Abilities = [.tangent, .adjoint]
    #expect(both.contains(.tangent) && !both.contains(.entries))
  }
}
