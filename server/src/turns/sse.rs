//! A run's frames as server-sent events, each with its place, so that a reader can come back with `Last-Event-ID`.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{Stream, StreamExt, stream};
use store::RunEvent;

use super::Live;

/// Proxies cut connections that are silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// The frames of a run under way, after a place.
pub(crate) fn respond(live: &Arc<Live>, after: usize) -> Response {
    stream_response(live.follow(after).map(|(seq, frame)| Event::default().id(seq.to_string()).data(&*frame)))
}

/// The frames of a run that is over.
pub(crate) fn respond_stored(events: Vec<RunEvent>) -> Response {
    stream_response(stream::iter(events).map(|event| Event::default().id(event.seq.to_string()).data(event.event)))
}

fn stream_response(frames: impl Stream<Item = Event> + Send + 'static) -> Response {
    let done = stream::once(async { Event::default().data("[DONE]") });
    let events = frames.chain(done).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat")).into_response();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-vercel-ai-ui-message-stream"), HeaderValue::from_static("v1"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
