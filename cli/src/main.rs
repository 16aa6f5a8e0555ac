//! The `cloudlens` binary.
fn main() {}
