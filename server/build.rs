//! Builds the crate again when the chat page was built anew. The folder is made when it is missing: a path that does not exist would
//! make every build start over.

use std::{fs, path::Path};

fn main() {
    if Path::new("../web/package.json").exists() && fs::create_dir_all("../web/dist").is_ok() {
        println!("cargo:rerun-if-changed=../web/dist");
    } else {
        println!("cargo:rerun-if-changed=build.rs");
    }
}
