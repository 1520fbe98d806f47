import Foundation
import Graph
import OrderedCollections
import Tensor
import Testing

/// ONNX's own conformance cases, within its tolerances: 1e-3 of the value and 1e-7.
@Suite struct OperatorCaseTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Golden/operators")

  static let cases: [OperatorCase] = {
    let files = try! FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
    return files.flatMap {
      try! JSONDecoder().decode([OperatorCase].self, from: Data(contentsOf: $0))
    }
  }()

  @Test(arguments: cases)
  func conforms(_ example: OperatorCase) throws {
    let inputs = example.inputs.map { $0?.tensor }
    let results = try call(
      example.op, inputs, example.attributes.mapValues(\.value), outputs: example.outputs.count)
    try #require(results.count == example.outputs.count)
    for (result, expected) in zip(results, example.outputs) {
      guard let expected = expected?.tensor else { continue }
      #expect(result.type == expected.type)
      #expect(result.shape == expected.shape)
      #expect(isClose(result, expected), "\(result) instead of \(expected)")
    }
  }

  /// What the shape rule says does not depend on whether it may see the data; it may refuse.
  @Test(arguments: cases)
  func shapeRuleNeedsNoMoreThanItSays(_ example: OperatorCase) throws {
    let op = try #require(Operator.named(example.op))
    let types = Operator.Types(
      inputs: example.inputs.map { $0.map { TensorType($0.tensor.type, $0.tensor.shape) } },
      known: example.inputs.map { _ in nil },
      attributes: try Attributes(example.attributes.mapValues(\.value), specs: op.attributes),
      outputCount: example.outputs.count)
    do {
      let results = try op.infer(types)
      let expected = example.outputs.map { $0.map { TensorType($0.tensor.type, $0.tensor.shape) } }
      for (result, expected) in zip(results, expected) where expected != nil {
        #expect(result == expected)
      }
    } catch {
      #expect(error.message.hasSuffix("input is not known at compile time"))
    }
  }

  private func isClose(_ a: Tensor, _ b: Tensor) -> Bool {
    guard a.type.isFloatingPoint else { return a.elements == b.elements }
    return zip(a.doubles, b.doubles).allSatisfy { x, y in
      x == y || x.isNaN && y.isNaN || abs(x - y) <= 1e-3 * abs(y) + 1e-7
    }
  }
}

/// A call of an operator and what comes of it, as Tests/Oracle/operator_cases.py writes it.
struct OperatorCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let op: String
  let attributes: OrderedDictionary<String, AttributeCase>
  let inputs: [TensorCase?]
  let outputs: [TensorCase?]

  var testDescription: String { name }

  private enum Key: CodingKey { case name, op, attributes, inputs, outputs }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    name = try fields.decode(String.self, forKey: .name)
    op = try fields.decode(String.self, forKey: .op)
    let given = try fields.decode([String: AttributeCase].self, forKey: .attributes)
    attributes = OrderedDictionary(
      uniqueKeysWithValues: given.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    inputs = try fields.decode([TensorCase?].self, forKey: .inputs)
    outputs = try fields.decode([TensorCase?].self, forKey: .outputs)
  }
}

struct AttributeCase: Decodable, Sendable {
  let value: Attribute

  private enum Kind: CodingKey { case int, float, string, ints, floats, tensor }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Kind.self)
    value =
      switch fields.allKeys.first {
      case .int: .int(try fields.decode(Int64.self, forKey: .int))
      case .float: .float(try fields.decode(NumberCase.self, forKey: .float).float)
      case .string: .string(try fields.decode(String.self, forKey: .string))
      case .ints: .ints(try fields.decode([Int64].self, forKey: .ints))
      case .floats: .floats(try fields.decode([NumberCase].self, forKey: .floats).map(\.float))
      default: .tensor(try fields.decode(TensorCase.self, forKey: .tensor).tensor)
      }
  }
}

struct TensorCase: Decodable, Sendable {
  let tensor: Tensor

  private enum Key: CodingKey { case type, shape, values }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let type = try #require(ElementType(rawValue: fields.decode(String.self, forKey: .type)))
    let shape = Shape(try fields.decode([Int].self, forKey: .shape))
    if type.isFloatingPoint {
      let values = try fields.decode([NumberCase].self, forKey: .values)
      tensor = Tensor(shape, floats: values.map(\.float), type: type)
    } else {
      tensor = Tensor(shape, ints: try fields.decode([Int64].self, forKey: .values), type: type)
    }
  }
}

/// A number, or an infinity or NaN as a string.
struct NumberCase: Decodable, Sendable {
  let float: Float

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let string = try? container.decode(String.self) {
      float = try #require(Float(string))
    } else {
      float = Float(try container.decode(Double.self))
    }
  }
}
