//! One turn: understand, route, call tools, compose, ground, stream. History in, events out; no storage, no HTTP.

mod compose;
mod emit;
mod ground;
mod route;
mod say;
mod terms;
mod turn;
mod understand;

pub use turn::Copilot;
