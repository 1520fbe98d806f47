import Foundation
import Hardware
import SONICBackend
import Simulation

struct Report {
  let runnable: Runnable
  let account: Account
  let samples: Int
  init(_ runnable: Runnable, _ account: Account, samples: Int) {
    self.runnable = runnable
    self.account = account
    self.samples = samples
  }
  var table: String {
    "samples \(samples)\nlatency \(account.latency.seconds) s\nenergy \(account.energy.total.joules) J\n"
  }
  var json: Data { Data("{\"samples\":\(samples)}\n".utf8) }
}

extension Program {
  func trace(_ account: Account) -> Trace { Trace(process: header.model, rows: []) }
}
