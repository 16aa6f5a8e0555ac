//! The one integration binary of the workspace: the house's rules, the engine, the server, the browser.

mod house;
