import Foundation
import Graph
import Hardware
import Plan
public import Support
import Tensor

/// A program that has passed verification, with what the verifier found out about it. Only this can
/// be executed: whatever a file says, a `Runnable` cannot make the executor read or write out of
/// bounds, hang or trap.
public struct Runnable: Sendable {
  /// What its time and energy depend on.
  public private(set) var outline: Outline
  /// Formats of the buffers that hold codes.
  let formats: [FixedPoint?]
  /// Where each kernel's pairs start among the weights, and where the last one's end, layer by layer.
  private var starts: [[Int]]
  private var surveys: [[KernelSurvey]]
  /// By layer, the instructions since the layer before: all that its VDUs do is among them.
  private let instructions: [Range<Int>]

  public var program: Program { outline.program }
  var operations: [ResolvedOperation] { outline.operations }

  /// Verifies a program.
  ///
  /// - Throws: exit code 65 with every law that it breaks, and where.
  public init(_ program: Program, threads: Int = 1) throws(Failure) {
    var verifier = Verifier(program, threads: threads)
    try verifier.verify()
    outline = Outline(
      program, types: verifier.types, operations: verifier.operations,
      counts: verifier.surveys.map { KernelCounts($0) })
    formats = program.buffers.elements.map { $0.fraction.map { FixedPoint(fraction: Int($0)) } }
    starts = verifier.starts
    surveys = verifier.surveys
    instructions = program.layerInstructions
  }

  func type(_ id: ID<BufferRecord>) -> TensorType { outline.type(id) }

  func format(_ id: ID<BufferRecord>) -> FixedPoint? { formats[Int(id.index)] }

  /// A layer's tiles, in the order of the program. O(its instructions).
  func tiles(of layer: ID<LayerRecord>) -> [Tile] {
    var held = HeldVectors(program.machine)
    return program.instructions[instructions[Int(layer.index)]].compactMap { held.tile($0) }
  }

  /// The same program with weights of a layer that are activations.
  ///
  /// - Parameter bytes: what the layer's source holds.
  func giving(_ bytes: [Int64], to layer: ID<LayerRecord>) -> Runnable {
    let record = program.layers[layer]
    let (patch, kernels) = (record.geometry.patch, record.geometry.kernels)
    var codes = [UInt8](repeating: 0, count: bytes.count)
    for group in 0..<record.geometry.groups {
      let first = group * patch * kernels
      for element in 0..<patch {
        for kernel in 0..<kernels {
          codes[first + kernel * patch + element] = RunTimeCodes.code(
            bytes[first + element * kernels + kernel])
        }
      }
    }
    let (pairs, ends) = WeightCodes.pairs(codes, patch: patch, threads: 1)
    let length = program.machine.array(record.kind).length
    var surveyor = KernelSurveyor(record, length: length)
    var given = self
    let weights = Data(pairs)
    let surveys = zip(ends, ends.dropFirst()).map {
      surveyor.survey(2 * $0..<2 * $1, of: weights)
    }
    given.outline = outline.giving(KernelCounts(surveys), to: layer)
    given.outline.program.weights = weights
    given.starts[Int(layer.index)] = ends.map { 2 * $0 }
    given.surveys[Int(layer.index)] = surveys
    return given
  }

  /// The same program on a machine with other figures of devices or optics: nothing that it was verified
  /// against depends on those.
  ///
  /// - Parameter values: by the paths of `Machine.figures`, as a machine file spells them.
  /// - Throws: exit code 64 for another figure, 65 for a wrong value.
  public func setting(_ values: [(path: String, value: String)]) throws(Failure) -> Runnable {
    guard !values.isEmpty else { return self }
    for (path, _) in values where !path.hasPrefix("devices.") && !path.hasPrefix("optics.") {
      throw Failure(
        .usage,
        "found \(path) to set, expected a figure of devices or optics: programs depend on others")
    }
    var other = self
    let machine = program.machine
    other.outline.program.machine = try machine.setting(values, name: machine.name)
    return other
  }

  /// What is known of a layer's kernels.
  func surveys(of layer: ID<LayerRecord>) -> [KernelSurvey] { surveys[Int(layer.index)] }

  /// Calls `body` with a kernel's pairs of skip and code, and how many they are.
  func withPairs<Result>(
    of layer: ID<LayerRecord>, kernel: Int,
    _ body: (_ pairs: UnsafePointer<UInt8>?, _ count: Int) -> Result
  ) -> Result {
    let starts = starts[Int(layer.index)]
    return unsafe program.weights.withPairs(starts[kernel]..<starts[kernel + 1], body)
  }

  /// The bytes of a kernel's pairs.
  func pairs(of layer: ID<LayerRecord>, kernel: Int) -> Data {
    let starts = starts[Int(layer.index)]
    let first = program.weights.startIndex
    return program.weights[first + starts[kernel]..<first + starts[kernel + 1]]
  }

  /// Calls `body` with the weights, and where in them the pairs of each of a layer's kernels start and
  /// those of the last one end, in bytes.
  func withWeights<Result>(
    of layer: ID<LayerRecord>,
    _ body: (_ weights: UnsafePointer<UInt8>?, _ starts: UnsafePointer<Int>) -> Result
  ) -> Result {
    unsafe program.weights.withUnsafeBytes { bytes in
      unsafe body(bytes.bindMemory(to: UInt8.self).baseAddress, starts[Int(layer.index)])
    }
  }

  /// Calls `body` with element and code of each survivor of a layer's kernel, in order.
  @inline(__always)
  func forEachSurvivor(
    of layer: ID<LayerRecord>, kernel: Int, _ body: (_ element: Int, _ code: UInt8) -> Void
  ) {
    let starts = starts[Int(layer.index)]
    program.weights.forEachSurvivor(from: starts[kernel], to: starts[kernel + 1], body)
  }
}

extension Data {
  /// Calls `body` with element and code of each survivor among the pairs of skip and code in a range
  /// of offsets; `CompressedKernels` defines them.
  @inline(__always)
  func forEachSurvivor(
    from start: Int, to end: Int, _ body: (_ element: Int, _ code: UInt8) -> Void
  ) {
    unsafe withUnsafeBytes { bytes in
      var element = 0
      var offset = start
      while offset < end {
        element += unsafe Int(bytes[offset])
        let code = unsafe bytes[offset + 1]
        if code != 0 {
          body(element, code)
          element += 1
        }
        offset += 2
      }
    }
  }
}

extension Program {
  /// By layer, the instructions since the layer before.
  fileprivate var layerInstructions: [Range<Int>] {
    var ranges = [Range<Int>](repeating: 0..<0, count: layers.count)
    var start = 0
    for (index, instruction) in instructions.enumerated() {
      guard case .collect(let i) = instruction else { continue }
      ranges[Int(i.layer.index)] = start..<index
      start = index + 1
    }
    return ranges
  }
}
