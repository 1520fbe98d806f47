import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The files that are mapped into memory, by where they start there. An island of unsafe code.
enum MappedFiles {
  /// Where each starts, and its bytes.
  private static let files = Mutex<[UInt: Int]>([:])

  /// Maps a regular file that is not empty; nil if it is none or that is not possible.
  static func map(_ path: String) -> Data? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var info = stat()
    guard unsafe fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else {
      return nil
    }
    let size = Int(info.st_size)
    guard let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0),
      unsafe start != MAP_FAILED
    else { return nil }
    files.withLock { $0[UInt(bitPattern: start)] = size }
    return unsafe Data(
      bytesNoCopy: start, count: size,
      deallocator: .custom { start, size in
        files.withLock { $0[UInt(bitPattern: start)] = nil }
        unsafe munmap(start, size)
      })
  }

  /// Gives back the memory of whole pages, if these bytes lie in a mapped file: they are read again
  /// when they are looked at.
  static func release(_ bytes: Data) {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let first = bytes.baseAddress else { return }
      let address = UInt(bitPattern: first)
      let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
      let start = (address + page - 1) / page * page
      let end = (address + UInt(bytes.count)) / page * page
      files.withLock { files in
        let isMapped = files.contains { $0 <= address && end <= $0 + UInt($1) }
        guard isMapped, start < end else { return }
        _ = unsafe madvise(
          UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
      }
    }
  }
}
