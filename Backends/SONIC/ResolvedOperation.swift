import Graph

/// An operation whose operator and attributes are known to be good.
struct ResolvedOperation: Sendable {
  let op: Operator
  let attributes: Attributes
  let work: Work
}
