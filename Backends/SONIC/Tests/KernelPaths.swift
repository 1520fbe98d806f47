import Kernels

/// Does something on each path that vector kernels have, as far as the processor has it.
func onEveryPath(_ body: () throws -> Void) rethrows {
  defer { sonic_limit_path(Int32(SONIC_AVX512)) }
  for path in [SONIC_PORTABLE, SONIC_AVX2, SONIC_AVX512] {
    sonic_limit_path(Int32(path))
    try body()
  }
}
