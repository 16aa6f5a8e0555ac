//! The webhook against a receiver on this machine that checks the signature itself.

use std::{collections::HashMap, error::Error, time::Duration};

use domain::{Action, ChangeRequest, ChangeStatus, Risk};
use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{Notification, NotifyError, SIGNATURE_HEADER, TIMESTAMP_HEADER, Webhook};
use crate::verify;

const SECRET: &str = "shared-with-the-receiver";
const NOW: i64 = 1_780_000_000;

struct Received {
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// A receiver that answers one request with each status; gives back what it was sent.
async fn receiver(statuses: &'static [u16]) -> (String, JoinHandle<Vec<Received>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook?token=robot-token", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let mut received = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().await.expect("a request");
            received.push(read_request(&mut stream).await);
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("answered");
        }
        received
    });
    (url, task)
}

async fn read_request(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.expect("bytes");
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let headers: HashMap<_, _> =
            head.lines().skip(1).filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned())).collect();
        let length: usize = headers["content-length"].parse().expect("a length");
        if bytes.len() >= end + 4 + length {
            return Received { headers, body: bytes[end + 4..].to_vec() };
        }
    }
}

fn webhook(url: &str) -> Webhook {
    Webhook { first_pause: Duration::from_millis(1), ..Webhook::new(url, SECRET).expect("a webhook") }
}

fn notification() -> Notification {
    let at = Timestamp::from_second(NOW).expect("a time");
    let change = ChangeRequest {
        id: "c1".into(),
        action: Action::Stop,
        resource_ids: vec!["i-1".into()],
        accounts: vec!["acc".into()],
        reason: "空闲".into(),
        monthly_saving: None,
        currency: None,
        risk: Risk::Medium,
        reversible: true,
        dry_run: serde_json::Value::Null,
        status: ChangeStatus::Approved,
        proposed_by: "ann".into(),
        decided_by: Some("bob".into()),
        created_at: at,
        updated_at: at,
        failure: None,
    };
    Notification { id: "n1".into(), event: "change.approved".into(), actor: "bob".into(), change }
}

#[tokio::test]
async fn the_receiver_can_check_who_sent_it_and_when() {
    let (url, receiver) = receiver(&[204]).await;
    webhook(&url).send(&notification(), NOW).await.expect("sent");
    let received = receiver.await.expect("received").remove(0);
    let timestamp: i64 = received.headers[TIMESTAMP_HEADER].parse().expect("a number");
    assert_eq!(timestamp, NOW);
    assert!(verify(SECRET, timestamp, &received.body, &received.headers[SIGNATURE_HEADER]));
    assert!(!verify("another secret", timestamp, &received.body, &received.headers[SIGNATURE_HEADER]));
    let body: serde_json::Value = serde_json::from_slice(&received.body).expect("JSON");
    assert_eq!((&body["event"], &body["change"]["reason"]), (&"change.approved".into(), &"空闲".into()));
}

#[tokio::test]
async fn a_receiver_that_is_down_for_a_moment_gets_it_once_more() {
    let (url, receiver) = receiver(&[503, 429, 200]).await;
    webhook(&url).send(&notification(), NOW).await.expect("sent at the third try");
    let received = receiver.await.expect("received");
    assert!(received.iter().all(|one| one.body == received[0].body), "every try carries the same id");
}

#[tokio::test]
async fn a_refusal_is_final_and_tells_no_secret() {
    let (url, receiver) = receiver(&[403]).await;
    let error = webhook(&url).send(&notification(), NOW).await.expect_err("refused");
    assert!(matches!(error, NotifyError::Refused { status: 403 }));
    assert_eq!(receiver.await.expect("received").len(), 1);
}

#[tokio::test]
async fn an_address_nobody_answers_at_is_not_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/robot?token=robot-token", listener.local_addr().expect("an address"));
    drop(listener);
    let error = webhook(&url).send(&notification(), NOW).await.expect_err("nobody there");
    let mut chain = format!("{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(!chain.contains("robot-token") && !chain.contains(SECRET), "{chain}");
    assert_eq!(format!("{:?}", webhook(&url)), "Webhook(***)");
}

#[test]
fn an_address_is_http() {
    for address in ["", "file:///etc/passwd", "hooks.example.com", "ftp://x"] {
        assert!(matches!(Webhook::new(address, SECRET), Err(NotifyError::Address)), "{address}");
    }
}
