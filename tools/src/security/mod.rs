//! Tools about security.

mod checks;
mod security_posture;

pub(crate) use security_posture::SecurityPosture;
