public import Compiler
import Hardware
public import Plan
import Support

/// Gives every buffer an address: in the SRAM by first fit over the steps that it is alive in, or in
/// main memory where it does not fit; constants, inputs and outputs of the network live in main
/// memory, and so do activations that are weights, from where all kernels are loaded. What does not fit main memory, all buffers together, is refused, as the verifier of programs
/// would.
///
/// Law: no two buffers that are alive at the same step overlap.
public let place = Pass<Plan, Plan>(
  "place", "addresses for buffers: SRAM while alive, main memory where it is full"
) { plan, context throws(Failure) in
  var plan = plan
  let total = plan.buffers.elements.reduce(0) { $0 + $1.size }
  let room = plan.machine.memory.dram.capacity
  guard total <= room else {
    throw .data(
      "activations and constants take \(total) bytes together, expected at most the \(room) of the "
        + "machine's main memory")
  }
  let lives = plan.lives()
  let weights = Set(plan.layers.elements.compactMap(\.weightSource))
  var placed: [(range: Range<Int>, life: ClosedRange<Int>)] = []
  let capacity = plan.machine.memory.sram.capacity
  // Larger buffers first: they are the ones that fragmentation would push out.
  let order = plan.buffers.ids.sorted {
    (plan.buffers[$1].size, $0) < (plan.buffers[$0].size, $1)
  }
  for id in order {
    plan.buffers[id].location = .dram
    guard let life = lives[id], plan.buffers[id].constant == nil, !weights.contains(id) else {
      continue
    }
    let size = (plan.buffers[id].size + 63) / 64 * 64
    let rivals = placed.filter { $0.life.overlaps(life) }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
    var address = 0
    for rival in rivals where address + size > rival.range.lowerBound {
      address = max(address, rival.range.upperBound)
    }
    guard address + size <= capacity else { continue }
    plan.buffers[id].location = .sram(address)
    placed.append((address..<address + size, life))
  }
  return plan
}
