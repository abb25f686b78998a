import JacobianChain

/// Sentences about machines.
extension Report {
  /// "2 machines", "one machine", "any number of machines".
  var machinesPhrase: String {
    guard let limit = solved.problem.limits.machines else {
      return "any number of machines"
    }
    return limit == 1
      ? "one machine" : "\(DigitGrouping.narrow.grouped(limit)) machines"
  }

  /// "2 of 16 machines", and how much of their time they wait.
  var machinesLine: String? {
    let digits = DigitGrouping.narrow
    guard let schedule = solved.scheduled?.schedule else { return nil }
    let used = schedule.busyMachines
    let critical = "critical path \(amount(schedule.criticalLength))"
    guard solved.problem.limits.machines != 1 else {
      return "1 machine: the makespan is the work"
    }
    let machines =
      switch solved.problem.limits.machines {
      case nil: "any number of machines, \(used) used"
      case used: "\(used) machines"
      case let limit?: "\(used) of \(digits.grouped(limit)) machines used"
      }
    let idle =
      idleShare == 0 ? "never idle" : "idle \(Format.percent(idleShare))"
    return [machines, idle, critical]
      .joined(separator: " · ")
  }

  /// The share of their time, 0 to 1, that machines with something to do wait.
  var idleShare: Double {
    guard let schedule = solved.machines?.schedule, schedule.busyMachines > 0
    else {
      return 0
    }
    let busy = schedule.speedUp / Double(schedule.busyMachines)
    return max(0, 1 - busy)
  }

  /// What several machines gain over one.
  var speedUpLine: String? {
    let digits = DigitGrouping.narrow
    guard let scheduled = solved.scheduled,
      solved.problem.limits.machines != 1, let speedUp = solved.speedUp
    else {
      return nil
    }
    let factor = "\(digits.ratio(speedUp))×"
    let makespan = scheduled.schedule.makespan
    guard let serial = scheduled.serial else {
      return "\(factor) over the same plan on one machine"
    }
    let best = serial.isProven ? "the best plan" : "the best plan found"
    if serial.work < makespan {
      return "\(factor): \(best) for one machine is faster"
    }
    if serial.work == makespan {
      return solved.isProven
        ? "\(factor): one machine is enough"
        : "\(factor) so far: one machine is as fast"
    }
    let over =
      "\(factor) over \(best) for one machine (\(amount(serial.work)))"
    if serial.makespan == makespan {
      return over + ", which is as fast on \(machinesPhrase)"
    }
    if serial.makespan == serial.work {
      return over + ", which is no faster on \(machinesPhrase)"
    }
    return over
      + ", which takes \(amount(serial.makespan)) on \(machinesPhrase)"
  }

  /// How the others were scheduled, which may not be the best way.
  var orderNote: String? {
    guard solved.scheduled != nil, let limit = solved.problem.limits.machines,
      limit > 1
    else { return nil }
    let worst = DigitGrouping.narrow.ratio(2 - 1 / Double(limit))
    return "each in the best order found, at most \(worst)× its least makespan"
  }

  /// How long a plan that was chosen for its fma takes on several machines;
  /// nil when there is no schedule.
  var aside: String? {
    let digits = DigitGrouping.narrow
    guard solved.objective == .fma, let schedule = solved.machines?.schedule
    else {
      return nil
    }
    return "on \(machinesPhrase) this plan takes "
      + "\(digits.grouped(schedule.makespan)) fma, "
      + "\(digits.ratio(schedule.speedUp))× as fast as on one; it was not "
      + "chosen for that (objective makespan)"
  }
}
