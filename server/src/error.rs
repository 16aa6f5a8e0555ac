//! Why the service cannot start or go on.

use std::{net::SocketAddr, path::PathBuf};

/// Why the service cannot start or go on. What a person can mend ends in a `hint:` line.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Others could reach it, and nothing tells who they are.
    #[error(
        "`{address}` can be reached from other machines, and no API key is configured\nhint: set CLOUDLENS_API_KEY or add `[[keys]]` to cloudlens.toml; or listen on 127.0.0.1"
    )]
    KeyNeeded {
        /// The address.
        address: SocketAddr,
    },
    /// Another program listens there.
    #[error("another program listens on `{address}` already\nhint: stop it, or choose another port with --address {}", SocketAddr::new(address.ip(), address.port().wrapping_add(1)))]
    PortInUse {
        /// The address.
        address: SocketAddr,
    },
    /// The system does not allow listening there.
    #[error(
        "cannot listen on `{address}`\nhint: check that the address is one of this machine's, and that the port is above 1023 or allowed to you"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The data folder cannot be made.
    #[error("cannot make the data folder `{}`\nhint: choose a folder you may write to with --data", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A part of the data folder cannot be opened.
    #[error("cannot open {part} in `{}`: {source}", folder.display())]
    Open {
        /// The part: `the bills`, `own state`, `the documents`, `the inventory`.
        part: &'static str,
        /// The data folder.
        folder: PathBuf,
        /// What the part said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A setting that only turns out to be wrong when it is used.
    #[error("cannot set up {part}: {source}")]
    Setup {
        /// What.
        part: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The listener broke.
    #[error("the server stopped")]
    Serve(#[source] std::io::Error),
}
