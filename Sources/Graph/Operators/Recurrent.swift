import Tensor

/// Layers with a state that goes from one step of a sequence to the next.
extension Operator {
  static let recurrent: [Operator] = [rnn, gru, lstm]

  private static let rnn = recurrent(
    "RNN", "a recurrent layer: h = f(W x + R h)", gates: 1, functions: ["Tanh"], states: 1,
    extra: [], inputs: 6, work: .function
  ) { layer, call in
    layer.run(call, initial: [5]) { step in
      let sums = layer.recurrent(call, step.direction, gates: 0..<1, step.states[0])
      let f = layer.activations[step.direction][0]
      return [zip(step.products, sums).map { f.apply(layer.clipped($0 + $1)) }]
    }
  }

  /// Gates z, r and h. With `linear_before_reset`, r scales R h and its bias; without, h itself.
  private static let gru = recurrent(
    "GRU", "a layer of gated recurrent units", gates: 3, functions: ["Sigmoid", "Tanh"], states: 1,
    extra: [.defaulted("linear_before_reset", .int(0))], inputs: 6,
    work: .function * 3 + Work(adds: 2, multiplies: 3)
  ) { layer, call in
    let isLinear = call.attributes.bool("linear_before_reset")
    let size = layer.hidden
    return layer.run(call, initial: [5]) { step in
      let before = step.states[0]
      let (f, g) = (layer.activations[step.direction][0], layer.activations[step.direction][1])
      let sums = layer.recurrent(
        call, step.direction, gates: 0..<(isLinear ? 3 : 2), before)
      let width = isLinear ? 3 * size : 2 * size
      // Of a gate, at element i of all samples.
      func product(_ gate: Int, _ i: Int) -> Float {
        step.products[i / size * 3 * size + gate * size + i % size]
      }
      func sum(_ gate: Int, _ i: Int) -> Float {
        sums[i / size * width + gate * size + i % size]
      }
      let z = before.indices.map { f.apply(layer.clipped(product(0, $0) + sum(0, $0))) }
      let r = before.indices.map { f.apply(layer.clipped(product(1, $0) + sum(1, $0))) }
      let reset =
        isLinear
        ? before.indices.map { r[$0] * sum(2, $0) }
        : layer.recurrent(
          call, step.direction, gates: 2..<3, zip(r, before).map { $0 * $1 })
      return [
        before.indices.map { i in
          let h = g.apply(layer.clipped(product(2, i) + reset[i]))
          return (1 - z[i]) * h + z[i] * before[i]
        }
      ]
    }
  }

  /// Gates i, o, f and c, with peepholes from the cell's state where input P gives them.
  private static let lstm = recurrent(
    "LSTM", "a layer of long short-term memory", gates: 4,
    functions: ["Sigmoid", "Tanh", "Tanh"], states: 2,
    extra: [.defaulted("input_forget", .int(0))], inputs: 8,
    work: .function * 5 + Work(adds: 1, multiplies: 3)
  ) { layer, call in
    let couples = call.attributes.bool("input_forget")
    let size = layer.hidden
    let peepholes = call.optional(7)?.floats
    return layer.run(call, initial: [5, 6]) { step in
      let (before, cell) = (step.states[0], step.states[1])
      let functions = layer.activations[step.direction]
      let sums = layer.recurrent(call, step.direction, gates: 0..<4, before)
      var (h, c) = (before, cell)
      for i in before.indices {
        let (sample, unit) = i.quotientAndRemainder(dividingBy: size)
        func gate(_ gate: Int, _ function: Int, peephole: Int? = nil, _ state: Float = 0) -> Float {
          let place = sample * 4 * size + gate * size + unit
          var x = step.products[place] + sums[place]
          if let peephole, let peepholes {
            x += peepholes[(step.direction * 3 + peephole) * size + unit] * state
          }
          return functions[function].apply(layer.clipped(x))
        }
        let input = gate(0, 0, peephole: 0, cell[i])
        let forget = couples ? 1 - input : gate(2, 0, peephole: 2, cell[i])
        c[i] = forget * cell[i] + input * gate(3, 1)
        let output = gate(1, 0, peephole: 1, c[i])
        h[i] = output * functions[2].apply(c[i])
      }
      return [h, c]
    }
  }

  /// - Parameters:
  ///   - states: that a cell has.
  ///   - extra: attributes of the operator's own.
  ///   - inputs: the most that a node may name.
  ///   - work: for each element of a state and step, products apart.
  private static func recurrent(
    _ name: String, _ summary: String, gates: Int, functions: [String], states: Int,
    extra: [AttributeSpec], inputs: Int, work: Work,
    compute: @escaping @Sendable (RecurrentLayer, Call) -> [Tensor]
  ) -> Operator {
    Operator(
      name, summary, inputs: 3...inputs, outputs: 0...1 + states,
      attributes: RecurrentLayer.attributes + extra,
      work: { types, _ in
        (try? RecurrentLayer(types, gates: gates, functions: functions))?.work(functions: work)
          ?? .none
      },
      infer: { types throws(OperatorError) in
        let layer = try RecurrentLayer(types, gates: gates, functions: functions)
        if states == 2 {
          try layer.expect(types, 6, "initial_c", layer.stateShape.sizes)
          try layer.expect(types, 7, "P", [layer.directions, 3 * layer.hidden])
        }
        return Array(try layer.outputs(types, states: states).prefix(types.outputCount))
      },
      compute: { call, types throws(OperatorError) in
        let layer = try RecurrentLayer(call.types, gates: gates, functions: functions)
        return Array(compute(layer, call).prefix(types.count))
      })
  }
}
