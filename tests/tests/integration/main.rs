//! The one integration binary of the workspace: the house's rules, the engine, the server, the browser.

mod answers;
mod browser;
mod guard;
mod house;
mod imports;
mod service;
mod shell;
