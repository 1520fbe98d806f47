import Foundation
import ISA
import Support
import TestKit
import Testing

@Suite struct LawTests {
  @Test func instructionsSurviveBothForms() {
    withSeed(0..<200) { _, random in
      let stream = (0..<20).map { _ in Toy.random(using: &random) }
      let bytes = Toy.encode(stream)
      try #require(bytes.count == stream.count * Toy.size)
      try #require(try Toy.decode(bytes) == stream)
      let text = Toy.print(stream)
      try #require(try Toy.parse(text) == stream)
      try #require(Toy.print(try Toy.parse(text)) == text)
    }
  }

  @Test func recordsSurviveBothForms() {
    withSeed(0..<500) { _, random in
      let table = (0..<random.next(below: 5)).map { _ in Layer.random(using: &random) }
      try #require(try Layer.decode(Layer.encode(table)) == table)
      try #require(try Layer.parse(Layer.print(table)) == table)
    }
  }

  @Test func randomInstructionsAreRepeatableAndOfAllKinds() {
    var first = SeededRandom(seed: 7)
    var second = SeededRandom(seed: 7)
    let stream = (0..<100).map { _ in Toy.random(using: &first) }
    #expect(stream == (0..<100).map { _ in Toy.random(using: &second) })
    #expect(Set(stream.map(\.header)) == Set(Toy.all.map(\.header)))
  }

  @Test func operandsLieInOrderLeastByteFirst() {
    var fire = Fire()
    fire.vdu = ID(3)
    fire.kernels = 0x0102_0304..<0x0102_0310
    fire.rows = 2..<4
    fire.isLast = true
    #expect(
      Array(Toy.encode([.fire(fire), .halt(Halt())])) == [
        0x21, 3, 4, 3, 2, 1, 12, 0, 2, 0, 0, 0, 2, 1, 0, 0,
        0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ])
  }

  @Test(arguments: [Float.nan, -.nan, .signalingNaN, .infinity, -.infinity, -0.0, 0x1p-149])
  func floatsAreKeptBitForBit(_ scale: Float) throws {
    var ecu = ECU()
    ecu.scale = scale
    let bytes = Toy.encode([.ecu(ecu)])
    #expect(Toy.encode(try Toy.decode(bytes)) == bytes)
    #expect(Toy.encode(try Toy.parse(Toy.print([.ecu(ecu)]))) == bytes)
  }

  @Test func textMayHaveCommentsSpacesAndEmptyLines() throws {
    let text = """
      # a program

      \tfire.patch  v3 ,k0..<16, rows = 2..<4 , +last # stream
      halt# end
      """
    var fire = Fire()
    fire.vdu = ID(3)
    fire.kernels = 0..<16
    fire.rows = 2..<4
    fire.isLast = true
    #expect(try Toy.parse(text) == [.fire(fire), .halt(Halt())])
    #expect(try Toy.parse("halt\r\n\r\nhalt\r\n") == [.halt(Halt()), .halt(Halt())])
    #expect(try Toy.parse("") == [])
  }

  @Test func printedTextReadsWell() {
    var layer = Layer()
    layer.name = "say \"hi\"\n"
    layer.inputs = [ID(0), nil]
    layer.shape = [1, 3, 224]
    layer.gains = [0.5, -1]
    layer.fraction = -2
    layer.attributes = [Setting(key: "axis", value: 1, mode: .max)]
    #expect(
      Layer.print([layer]) == #"""
        layer name="say \"hi\"\n", inputs=[l0, _], shape=[1, 3, 224], gains=[0.5, -1.0], \#
        fraction=-2, peak=_, attributes=[{key="axis", value=1, mode=max}], fallback=_, origins=[]

        """#)
  }

  @Test func referencePage() {
    Golden.check(Toy.reference + Layer.reference, "isa/toy.md")
  }
}
