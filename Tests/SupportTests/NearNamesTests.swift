import Support
import Testing

@Suite struct NearNamesTests {
  @Test func nearestFirst() {
    let names = ["conv1", "conv12", "fc", "cnov1", "conv", "softmax"]
    #expect("conv1".nearNames(in: names) == ["conv1", "conv", "conv12"])
    #expect("softmaxx".nearNames(in: names) == ["softmax"])
    #expect("batchnorm".nearNames(in: names).isEmpty)
    #expect("".nearNames(in: names) == ["fc"])
  }
}
