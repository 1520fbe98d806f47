/// Whether main memory takes time, and all memories energy. The paper costs none.
enum MemoryCost: String, Sendable, CaseIterable {
  case free, counted
}
