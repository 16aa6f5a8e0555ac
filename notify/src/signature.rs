//! How a webhook is signed: HMAC-SHA256 over `timestamp.body`, so that neither can be changed and old messages can be refused.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature header's value for a body sent at `timestamp` (seconds since 1970): `v1=` and 64 hex digits.
pub fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    format!("v1={}", hex::encode(mac(secret, timestamp, body).finalize().into_bytes()))
}

/// Whether a header's value is the signature of a body; compares in constant time. The receiver also refuses old timestamps.
pub fn verify(secret: &str, timestamp: i64, body: &[u8], signature: &str) -> bool {
    let Some(bytes) = signature.strip_prefix("v1=").and_then(|digits| hex::decode(digits).ok()) else { return false };
    mac(secret, timestamp, body).verify_slice(&bytes).is_ok()
}

fn mac(secret: &str, timestamp: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_other_implementations_make() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac s3cret
        assert_eq!(sign("s3cret", 1_700_000_000, br#"{"a":1}"#), "v1=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940");
    }

    #[test]
    fn nothing_may_be_changed() {
        let signature = sign("secret", 17, b"body");
        assert!(verify("secret", 17, b"body", &signature));
        assert!(!verify("secret", 18, b"body", &signature));
        assert!(!verify("secret", 17, b"bodY", &signature));
        assert!(!verify("other", 17, b"body", &signature));
        assert!(!verify("secret", 17, b"body", &signature[..20]));
        assert!(!verify("secret", 17, b"body", "v1=zz"));
    }
}
