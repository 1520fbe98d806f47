import ISA
import SONICBackend
import Support
import TestKit
import Testing

/// Instructions and records of SONIC through both their forms.
@Suite struct InstructionTests {
  @Test func instructionsSurviveBothForms() {
    withSeed(0..<200) { _, random in
      let stream = (0..<20).map { _ in SONICInstruction.random(using: &random) }
      let bytes = SONICInstruction.encode(stream)
      try #require(bytes.count == 16 * stream.count)
      try #require(try SONICInstruction.decode(bytes) == stream)
      try #require(try SONICInstruction.parse(SONICInstruction.print(stream)) == stream)
    }
  }

  @Test func recordsSurviveBothForms() {
    check(ProgramRecord.self)
    check(BufferRecord.self)
    check(LayerRecord.self)
    check(KernelRecord.self)
    check(OperationRecord.self)
    check(StepRecord.self)
  }

  private func check<R: Record>(_: R.Type) {
    withSeed(0..<200) { _, random in
      let table = (0..<random.next(below: 5)).map { _ in R.random(using: &random) }
      try #require(try R.decode(R.encode(table)) == table)
      try #require(try R.parse(R.print(table)) == table)
    }
  }

  @Test func kernelsTakeTheirSize() {
    let kernels = [KernelRecord](repeating: KernelRecord(), count: 10)
    let one = KernelRecord.encode(Array(kernels.prefix(1))).count
    #expect(KernelRecord.encode(kernels).count - one == 9 * KernelRecord.size)
  }
}
