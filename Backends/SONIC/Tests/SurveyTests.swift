import Kernels
import Support
import TestKit
import Testing

/// Walks over pairs of skip and code, on every path, against the plainest walk there is.
@Suite(.serialized) struct SurveyTests {
  private struct Survivor {
    var element: Int
    var code: Int
  }

  /// Pairs of a random kernel: mostly survivors, mostly fillers, or both; codes up to 64.
  private func pairs(_ random: inout SeededRandom) -> [UInt8] {
    let (gap, every) = ([2, 40, 256][random.next(below: 3)], 1 + random.next(below: 4))
    return (0..<random.next(below: 90)).flatMap { _ in
      [
        UInt8(random.next(below: gap)),
        random.next(below: every) > 0 ? 0 : UInt8(random.next(below: 65)),
      ]
    }
  }

  private func survivors(_ pairs: [UInt8]) -> [Survivor] {
    var element = 0
    var survivors: [Survivor] = []
    for pair in 0..<pairs.count / 2 {
      element += Int(pairs[2 * pair])
      guard pairs[2 * pair + 1] != 0 else { continue }
      survivors.append(Survivor(element: element, code: Int(pairs[2 * pair + 1])))
      element += 1
    }
    return survivors
  }

  private func cut(_ random: inout SeededRandom) -> sonic_cut {
    var cut = sonic_cut()
    cut.length = UInt32(1 + random.next(below: [3, 20, 90][random.next(below: 3)]))
    cut.plane = UInt32(1 + random.next(below: [9, 300][random.next(below: 2)]))
    cut.is_sliced = UInt32(random.next(below: 2))
    unsafe withUnsafeMutableBytes(of: &cut.magnitudes) { bytes in
      for index in bytes.indices { unsafe bytes[index] = UInt8(random.next(below: 128)) }
    }
    return cut
  }

  private func magnitude(_ code: Int, _ cut: sonic_cut) -> Int {
    unsafe withUnsafeBytes(of: cut.magnitudes) { bytes in
      unsafe Int(bytes.loadUnaligned(fromByteOffset: code % 64 * 2, as: UInt16.self))
    }
  }

  private func vectors(_ survivors: [Survivor], _ cut: sonic_cut) -> [[Survivor]] {
    var vectors: [[Survivor]] = []
    for survivor in survivors {
      let plane = survivor.element / Int(cut.plane)
      if let last = vectors.last, last.count < cut.length,
        cut.is_sliced == 0 || last[0].element / Int(cut.plane) == plane
      {
        vectors[vectors.count - 1].append(survivor)
      } else {
        vectors.append([survivor])
      }
    }
    return vectors
  }

  @Test func surveys() {
    withSeed(0..<2000) { _, random in
      let (pairs, cut) = (pairs(&random), cut(&random))
      let survivors = survivors(pairs)
      let vectors = vectors(survivors, cut)
      try onEveryPath {
        let survey = unsafe sonic_survey_vectors(pairs, pairs.count / 2, [cut])
        try #require(survey.extent == (survivors.last?.element ?? -1) + 1)
        try #require(survey.largest_code == survivors.map(\.code).max() ?? 0)
        try #require(survey.survivors == survivors.count)
        try #require(survey.vectors == vectors.count)
        let planes = vectors.map { Set($0.map { $0.element / Int(cut.plane) }).count }
        try #require(survey.planes == planes.reduce(0, +))
        let loads = vectors.map { $0.reduce(0) { $0 + magnitude($1.code, cut) } }
        try #require(survey.heaviest == loads.max() ?? 0)
      }
    }
  }

  @Test func countsCodes() {
    withSeed(0..<1000) { _, random in
      let pairs = pairs(&random)
      let survivors = survivors(pairs)
      try onEveryPath {
        var counts = [Int32](repeating: -1, count: 256)
        let survey = unsafe sonic_survey_codes(pairs, pairs.count / 2, &counts)
        try #require(survey.extent == (survivors.last?.element ?? -1) + 1)
        try #require(survey.largest_code == survivors.map(\.code).max() ?? 0)
        try #require(survey.survivors == survivors.count)
        for code in 1..<256 {
          try #require(Int(counts[code]) == survivors.count { $0.code == code })
        }
      }
    }
  }

  @Test func laysVectors() {
    withSeed(0..<1000) { _, random in
      let (pairs, cut) = (pairs(&random), cut(&random))
      let survivors = survivors(pairs)
      let vectors = vectors(survivors, cut)
      let extent = (survivors.last?.element ?? -1) + 1
      let places = (0..<extent).map { _ in UInt32(random.next(below: 1 << 30)) }
      let values = (0..<64).map { _ in Int16(random.next(below: 1 << 15)) }
      var offsets = [UInt32](repeating: 0, count: survivors.count)
      var factors = [Int16](repeating: 0, count: survivors.count)
      var ends = [UInt32](repeating: 0, count: vectors.count)
      unsafe sonic_lay_vectors(
        pairs, pairs.count / 2, [cut], places, values, &offsets, &factors, &ends)
      try #require(offsets == survivors.map { places[$0.element] })
      try #require(factors == survivors.map { values[$0.code % 64] })
      var end: UInt32 = 0
      let expected = vectors.map { vector in
        end += UInt32(vector.count)
        return end
      }
      try #require(ends == expected)
    }
  }

  @Test func laysCodes() {
    withSeed(0..<300) { _, random in
      let kernels = (0..<1 + random.next(below: 40)).map { _ in pairs(&random) }
      let all = kernels.map(survivors)
      let patch = (all.joined().map(\.element).max() ?? -1) + 1 + random.next(below: 20)
      let width = kernels.count + random.next(below: 60)
      let starts = kernels.reduce(into: [6]) { $0.append($0.last! + $1.count) }
      var codes = [UInt8](repeating: 77, count: patch * width)
      unsafe sonic_lay_codes(
        [UInt8](repeating: 9, count: 6) + kernels.joined(), starts, kernels.count, patch, width,
        &codes)
      var expected = [UInt8](repeating: 0, count: patch * width)
      for (kernel, survivors) in all.enumerated() {
        for survivor in survivors {
          expected[survivor.element * width + kernel] = UInt8(survivor.code)
        }
      }
      try #require(codes == expected)
    }
  }

  @Test func countsElements() {
    withSeed(0..<300) { _, random in
      let pairs = pairs(&random)
      let survivors = survivors(pairs)
      var counts = [UInt8](repeating: 5, count: (survivors.last?.element ?? -1) + 1)
      let places = counts.indices.map { UInt32($0) }.shuffled(using: &random)
      var expected = counts
      for survivor in survivors { expected[Int(places[survivor.element])] += 1 }
      unsafe sonic_count_elements(pairs, pairs.count / 2, places, &counts)
      try #require(counts == expected)
    }
  }
}
