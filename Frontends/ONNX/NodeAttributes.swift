import Graph
import OrderedCollections
import Support
import Tensor

extension Importer {
  /// The names of AttributeProto.AttributeType, by code.
  static let attributeTypes = [
    "undefined", "float", "int", "string", "tensor", "graph", "floats", "ints", "strings",
    "tensors", "graphs", "sparse tensor", "sparse tensors", "type", "types",
  ]

  /// The attributes of a node by name, or nil if some are faulty, which are then reported.
  mutating func attributes(
    _ messages: [AttributeMessage], of draft: inout Draft
  ) -> OrderedDictionary<String, Attribute>? {
    var attributes: OrderedDictionary<String, Attribute> = [:]
    var isGood = true
    // What the first branch of an If takes from outside comes first, whichever is written first.
    let isLast = { (message: AttributeMessage) in message.name == "else_branch" }
    for message in messages.filter({ !isLast($0) }) + messages.filter(isLast) {
      do throws(Malformed) {
        let attribute = try attribute(message, of: &draft)
        guard attributes.updateValue(attribute, forKey: message.name) == nil else {
          throw Malformed("is given twice")
        }
      } catch {
        isGood = false
        diagnostics.error(
          at: draft.place, "\(draft.label): attribute \(message.name): \(error.message)")
      }
    }
    return isGood ? attributes : nil
  }

  private mutating func attribute(
    _ message: AttributeMessage, of draft: inout Draft
  ) throws(Malformed) -> Attribute {
    guard message.reference.isEmpty else {
      throw Malformed("refers to an attribute of a function, expected a value")
    }
    switch message.type {
    case 1: return .float(message.float)
    case 2: return .int(message.int)
    case 3: return .string(message.string)
    case 4: return .tensor(try tensors.tensor(Self.only(message.tensors)))
    case 5:
      guard message.graphs.count == 1 else {
        throw Malformed("found \(message.graphs.count) graphs, expected one")
      }
      return .graph(try subgraph(message.graphs[0], of: &draft))
    case 6: return .floats(message.floats)
    case 7: return .ints(message.ints)
    case 8: return .strings(message.strings)
    case 11: return .tensor(try tensors.dense(Self.only(message.sparseTensors)))
    default:
      let names = Self.attributeTypes
      let name = names.indices.contains(Int(message.type)) ? names[Int(message.type)] : nil
      throw Malformed("type \(name ?? String(message.type)) is not supported")
    }
  }

  private static func only<Message>(_ messages: [Message]) throws(Malformed) -> Message {
    guard messages.count == 1 else {
      throw Malformed("found \(messages.count) tensors, expected one")
    }
    return messages[0]
  }
}

extension Attribute {
  /// The numbers as a tensor: a scalar for one, one axis for a list; nil for strings.
  var tensor: Tensor? {
    switch self {
    case .int(let int): Tensor([], ints: [int])
    case .float(let float): Tensor([], floats: [float])
    case .ints(let ints): Tensor([ints.count], ints: ints)
    case .floats(let floats): Tensor([floats.count], floats: floats)
    case .tensor(let tensor): tensor
    case .string, .strings, .graph: nil
    }
  }
}
