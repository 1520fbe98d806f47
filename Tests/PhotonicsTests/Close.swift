import Testing

/// Expects two numbers to agree but for a share of the second.
func expectClose(
  _ found: Double, _ expected: Double, _ tolerance: Double = 1e-8,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    (found - expected).magnitude <= tolerance * expected.magnitude, "\(found), not \(expected)",
    sourceLocation: sourceLocation)
}
