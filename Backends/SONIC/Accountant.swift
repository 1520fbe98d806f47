import Graph
import Hardware
import Plan
import Support
import Synchronization

/// Follows a program's instructions for one sample: when each runs on its resource, and what it
/// spends. It needs no values but what tiles make VDUs do, and so may lag behind them.
final class Accountant: Sendable {
  private let outline: Outline
  private let state: Mutex<State>

  private struct State {
    var recorder: Recorder
    var held: HeldVectors
    /// The instruction that comes next.
    var next = 0
  }

  private var program: Program { outline.program }

  init(_ outline: Outline) {
    self.outline = outline
    let program = outline.program
    state = Mutex(State(recorder: Recorder(program), held: HeldVectors(program.machine)))
  }

  /// Takes the instructions up to and with `last`.
  ///
  /// - Parameter firings: of the layer whose tiles are among them.
  func follow(through last: Int, _ firings: any FiringSource) {
    var firings = firings
    state.withLock { state in
      while state.next <= last { step(&state) { firings.fire($0) } }
    }
  }

  /// Takes the rest of the instructions, among which there is no tile.
  func finish() -> Account {
    state.withLock { state in
      while state.next < program.instructions.count {
        step(&state) { _ in preconditionFailure("every tile is collected") }
      }
      return state.recorder.finish()
    }
  }

  private func step(_ state: inout State, firing: (Tile) -> Firing) {
    let index = state.next
    state.next += 1
    let instruction = program.instructions[index]
    let tile = state.held.tile(instruction)
    switch instruction {
    case .halt, .tuneKernel, .tunePatch: break
    case .signal(let i): state.recorder.signal(i.token, from: i.unit)
    case .wait(let i): state.recorder.wait(i)
    case .loadKernels(let i):
      let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
      let bytes = program.parameterBytes(i.layer, kernels)
      state.recorder.transfer(bytes: bytes, to: .parameterMemory, index)
      state.recorder.signal(i.token, from: .dma)
    case .loadBuffer(let i):
      state.recorder.transfer(bytes: outline.bytes(i.buffer), to: .sram, index)
    case .loadPicked(let i):
      state.recorder.transfer(bytes: outline.picked(i.operation), to: .sram, index)
    case .storeBuffer(let i):
      state.recorder.transfer(bytes: outline.bytes(i.buffer), to: .sram, index)
    case .firePatch(let i):
      state.recorder.fire(firing(tile!), i.unit, .kernel, index)
      state.recorder.signal(i.token, from: i.unit)
    case .fireKernel(let i):
      state.recorder.fire(firing(tile!), i.unit, .patch, index)
      state.recorder.signal(i.token, from: i.unit)
    case .squeeze(let i): state.recorder.squeeze(program.layers[i.layer].geometry, index)
    case .collect(let i): state.recorder.collect(program.layers[i.layer].geometry, index)
    case .operate(let i):
      state.recorder.operate(
        outline.operations[Int(i.operation.index)].work, bytes: outline.traffic(i.operation),
        index)
    }
  }
}

extension Outline {
  /// The bytes that a buffer holds of one sample.
  func bytes(_ id: ID<BufferRecord>) -> Int {
    program.buffers[id].bytes(type(id).shape)
  }

  /// The bytes that a lookup reads of its table: as many elements as its output has.
  fileprivate func picked(_ id: ID<OperationRecord>) -> Int {
    let record = program.operations[id]
    guard let table = record.inputs[0], let output = record.outputs[0] else { return 0 }
    return program.buffers[table].bytes(type(output).shape)
  }

  /// The bytes of SRAM that an operation reads and writes: none where nothing need move.
  fileprivate func traffic(_ id: ID<OperationRecord>) -> Int {
    let op = operations[Int(id.index)].op
    guard !op.isView else { return 0 }
    let record = program.operations[id]
    let whole = op.isLookup ? record.inputs.dropFirst() : record.inputs[...]
    let read = op.isLookup ? picked(id) : 0
    return (whole + record.outputs).compactMap { $0 }.reduce(read) { $0 + bytes($1) }
  }
}
