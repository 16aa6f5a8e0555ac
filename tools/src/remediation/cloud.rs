//! What the executor needs of a cloud.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A resource as the cloud has it now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudResource {
    /// Its id.
    pub id: String,
    /// Its status in the cloud's words.
    pub status: String,
    /// Its size, for what has one.
    pub instance_type: Option<String>,
    /// What it is attached to; empty for nothing.
    pub attached_to: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Why a cloud did not do it.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// No such resource.
    #[error("resource `{id}` does not exist")]
    NotFound {
        /// The resource.
        id: String,
    },
    /// The resource's state does not allow it.
    #[error("resource `{id}`: {reason}")]
    Refused {
        /// The resource.
        id: String,
        /// Why.
        reason: String,
    },
    /// The cloud cannot be reached or used.
    #[error("the cloud cannot be used: {doing}")]
    Unavailable {
        /// What was attempted.
        doing: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A cloud that can be changed. The executor alone holds one.
#[async_trait::async_trait]
pub trait Cloud: Send + Sync {
    /// The resource as it is now; none when it does not exist (or no longer).
    async fn describe(&self, id: &str) -> Result<Option<CloudResource>, CloudError>;
    /// Stops a running instance.
    async fn stop(&self, id: &str) -> Result<(), CloudError>;
    /// Starts a stopped instance.
    async fn start(&self, id: &str) -> Result<(), CloudError>;
    /// Gives a resource back.
    async fn release(&self, id: &str) -> Result<(), CloudError>;
    /// Takes a released resource back, where the cloud keeps them for a while.
    async fn restore(&self, id: &str) -> Result<(), CloudError>;
    /// Changes the size.
    async fn resize(&self, id: &str, instance_type: &str) -> Result<(), CloudError>;
    /// Sets a tag, or removes it.
    async fn set_tag(&self, id: &str, key: &str, value: Option<&str>) -> Result<(), CloudError>;
    /// Every resource, in the columns of the table `resources`.
    async fn list(&self) -> Result<Vec<Map<String, Value>>, CloudError>;
}
