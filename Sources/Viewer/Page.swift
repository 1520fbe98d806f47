public import Foundation
import Tensor

/// A page that stands alone: style, scripts and data in one HTML file, which loads nothing else and
/// forbids itself to.
///
/// What comes from users, such as names, is in the data alone, which is compressed and in base64, and
/// scripts make nothing but text of it; so no name can act as HTML.
public struct Page {
  private let title: String
  private let payload: Data

  /// - Parameters:
  ///   - title: of the window.
  ///   - payload: JSON that the scripts show; Page/payload.js says what is expected.
  public init(title: String, payload: Data) {
    self.title = title
    self.payload = payload
  }

  /// The file.
  public var html: Data {
    let parts = [
      "licence": Self.text(PackageResources.dagre_LICENSE_txt), "title": title.escapedForHTML,
      "style": Self.text(PackageResources.style_css),
      "payload": Deflate.compress(payload).base64EncodedString(), "script": Script.all,
    ]
    let template = Self.text(PackageResources.page_html)
    // One pass, so that what is put in is not looked through again.
    var html = ""
    for (index, piece) in template.components(separatedBy: "@@").enumerated() {
      html += index.isMultiple(of: 2) ? piece : parts[piece]!
    }
    return Data(html.utf8)
  }

  private static func text(_ resource: [UInt8]) -> String {
    String(decoding: resource, as: UTF8.self)
  }
}

extension String {
  /// The text as HTML shows it, in elements and in quoted attributes.
  fileprivate var escapedForHTML: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
