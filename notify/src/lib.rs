//! Messages going out. For now one kind: a signed webhook that tells what happens to change requests.

mod signature;
mod webhook;

pub use signature::{sign, verify};
pub use webhook::{Notification, NotifyError, SIGNATURE_HEADER, TIMESTAMP_HEADER, Webhook};
