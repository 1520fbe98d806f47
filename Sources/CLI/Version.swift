/// The version of sonic, as `--version` prints it and as programs carry it.
let version = "0.1.0"
