import Foundation
import SONICBackend
import Viewer

extension Views {
  /// A page that stands alone.
  var page: Data { Page(title: title, payload: json).html }
}
