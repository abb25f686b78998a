import ChainTestSupport
import JacobianChain
import Testing

@Suite struct ScheduleIdleTests {
  /// One product on one of many machines: the others wait all the time, and
  /// more than 128 bits of it stop at the largest number.
  @Test(arguments: [(1, 0), (3, 48), (Int.max, 24 * (UInt128(Int.max) - 1))])
  func waiting(machines: Int, idle: UInt128) throws {
    let plan = try #require(try Baselines(of: denseChain([4, 3, 2]))[.forward])
    let schedule = Schedule(
      machines: machines,
      tasks: [
        .init(
          step: plan.plan.targets[0], machine: machines - 1, start: 0,
          finish: 24)
      ])
    let checked = try schedule.checked(for: plan)
    #expect(checked.idle == idle)
    #expect(checked.idleWhereBusy == 0 && checked.busyMachines == 1)
  }

  @Test func moreThan128BitsOfWaiting() throws {
    let d = 1 << 40
    let plan = try #require(try Baselines(of: denseChain([d, d, d]))[.forward])
    let schedule = Schedule(
      machines: .max,
      tasks: [
        .init(
          step: plan.plan.targets[0], machine: 0, start: 0, finish: plan.fma)
      ])
    #expect(try schedule.checked(for: plan).idle == .max)
  }
}
