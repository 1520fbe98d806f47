import Compiler
import JSONFrontend
import ONNXFrontend
import SONICBackend

/// What reads models; a new one is an import and an element here.
let frontends: [any Frontend.Type] = [ONNX.self, JSON.self]

/// What makes programs; a new one is an import and an element here.
let backends: [any Backend.Type] = [SONIC.self]
