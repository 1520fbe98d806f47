public import Support

extension Plan {
  /// The buffers that a step reads.
  public func reads(_ step: Step) -> [ID<Buffer>] {
    switch step {
    case .layer(let id): [layers[id].input] + (layers[id].weightSource.map { [$0] } ?? [])
    case .operation(let id): operations[id].inputs.compactMap { $0 }
    }
  }

  /// The buffers that a step writes.
  public func writes(_ step: Step) -> [ID<Buffer>] {
    switch step {
    case .layer(let id): [layers[id].output]
    case .operation(let id): operations[id].outputs.compactMap { $0 }
    }
  }

  /// The steps between which each buffer must keep its contents: from the one that writes it (or the
  /// start, for an input) to the last that reads it (or the end, for an output). Buffers that no step
  /// touches are not listed.
  public func lives() -> [ID<Buffer>: ClosedRange<Int>] {
    var lives: [ID<Buffer>: ClosedRange<Int>] = [:]
    func extend(_ id: ID<Buffer>, to step: Int) {
      lives[id] =
        lives[id].map { min($0.lowerBound, step)...max($0.upperBound, step) } ?? step...step
    }
    for input in inputs { extend(input, to: 0) }
    for (index, step) in steps.enumerated() {
      for buffer in reads(step) + writes(step) { extend(buffer, to: index) }
    }
    for output in outputs { extend(output, to: steps.count) }
    return lives
  }
}
