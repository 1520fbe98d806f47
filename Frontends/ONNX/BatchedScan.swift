import Graph
import OrderedCollections
import Support
import Tensor

extension Upgrade {
  /// Scan ran over a batch: axis 0 of states and of scanned values, whose slices lie along axis 1. It
  /// becomes a Scan over the batch, whose graph is the Scan of a sample.
  @Sendable static func batchedScan(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    guard draft.inputs.count > 1, draft.inputs.removeFirst() == nil else {
      throw Malformed("input sequence_lens is not supported")
    }
    if let directions = draft.attributes.removeValue(forKey: "directions") {
      draft.attributes["scan_input_directions"] = directions
    }
    var sample = Graph(name: "\(draft.name).sample")
    let captures = draft.captures.count
    sample.inputs = (0..<draft.inputs.count + captures).map {
      sample.values.append(Value("in\($0)"))
    }
    sample.outputs = draft.outputs.indices.map { sample.values.append(Value("out\($0)")) }
    let scan = Operator.named("Scan")!
    draft.attributes["captures"] = .int(Int64(captures))
    do {
      sample.nodes = [
        Node(
          draft.name, scan, attributes: try Attributes(draft.attributes, specs: scan.attributes),
          inputs: sample.inputs, outputs: sample.outputs)
      ]
    } catch {
      throw Malformed(error.message)
    }
    draft.attributes = [
      "body": .graph(sample), "num_scan_inputs": .int(Int64(draft.inputs.count)),
    ]
    return [draft]
  }
}
