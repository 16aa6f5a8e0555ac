//! Turns under way: the frames they have sent, who reads them, and how to stop them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{Stream, stream};
use store::RunEvent;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The turns under way, by id.
#[derive(Default)]
pub(crate) struct Runs {
    live: Mutex<HashMap<String, Arc<Live>>>,
}

impl Runs {
    /// A turn of an owner that is under way.
    pub(crate) fn get(&self, id: &str, owner: &str) -> Option<Arc<Live>> {
        self.lock().get(id).filter(|live| live.owner == owner).cloned()
    }

    /// The latest turn under way in a conversation of an owner.
    pub(crate) fn of_conversation(&self, conversation: &str, owner: &str) -> Option<Arc<Live>> {
        let live = self.lock();
        let of_it = live.values().filter(|live| live.owner == owner && live.conversation.as_deref() == Some(conversation));
        of_it.max_by(|a, b| a.id.cmp(&b.id)).cloned()
    }

    /// Stops every turn.
    pub(crate) fn cancel_all(&self) {
        for live in self.lock().values() {
            live.cancel.cancel();
        }
    }

    pub(super) fn insert(&self, live: Arc<Live>) {
        metrics::gauge!("runs_live").increment(1.0);
        self.lock().insert(live.id.clone(), live);
    }

    pub(super) fn remove(&self, id: &str) {
        if self.lock().remove(id).is_some() {
            metrics::gauge!("runs_live").decrement(1.0);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn under way.
pub(crate) struct Live {
    /// The run's id.
    pub(crate) id: String,
    /// Whose it is.
    owner: String,
    /// The conversation it belongs to.
    conversation: Option<String>,
    /// Stops it.
    pub(crate) cancel: CancellationToken,
    /// What it has sent, in order; the place of the first is 1.
    frames: Mutex<Vec<Arc<str>>>,
    /// How many frames there are, and whether there will be more.
    progress: watch::Sender<(usize, bool)>,
}

impl Live {
    pub(crate) fn new(id: &str, owner: &str, conversation: Option<&str>) -> Arc<Self> {
        Arc::new(Self {
            id: id.to_owned(),
            owner: owner.to_owned(),
            conversation: conversation.map(str::to_owned),
            cancel: CancellationToken::new(),
            frames: Mutex::default(),
            progress: watch::Sender::new((0, false)),
        })
    }

    /// Sends frames to the readers; gives back what to keep.
    pub(super) fn push(&self, frames: Vec<String>) -> Vec<RunEvent> {
        let mut kept = Vec::with_capacity(frames.len());
        let length = {
            let mut all = self.lock();
            for frame in frames {
                all.push(frame.as_str().into());
                kept.push(RunEvent { seq: i64::try_from(all.len()).unwrap_or(i64::MAX), event: frame });
            }
            all.len()
        };
        self.progress.send_replace((length, false));
        kept
    }

    /// Tells the readers that nothing more comes.
    pub(super) fn end(&self) {
        self.progress.send_modify(|progress| progress.1 = true);
    }

    /// The frames after a place, those to come included, each with its place.
    pub(crate) fn follow(self: &Arc<Self>, after: usize) -> impl Stream<Item = (usize, Arc<str>)> + Send + 'static {
        let start = (Arc::clone(self), self.progress.subscribe(), after);
        stream::unfold(start, |(live, mut progress, read)| async move {
            loop {
                let next = live.lock().get(read).cloned();
                if let Some(frame) = next {
                    return Some(((read + 1, frame), (live, progress, read + 1)));
                }
                let (length, over) = *progress.borrow_and_update();
                if length > read {
                    continue;
                }
                if over || progress.changed().await.is_err() {
                    return None;
                }
            }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<str>>> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
