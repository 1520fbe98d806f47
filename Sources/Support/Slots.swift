import Synchronization

/// Results by index, from any thread.
final class Slots<Element: Sendable>: Sendable {
  private let elements: Mutex<[Element?]>

  init(count: Int) {
    elements = Mutex([Element?](repeating: nil, count: count))
  }

  func set(_ index: Int, _ element: Element) {
    elements.withLock { $0[index] = element }
  }

  var all: [Element] { elements.withLock { $0.map { $0! } } }
}
