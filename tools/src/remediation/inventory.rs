//! The demo company's cloud: a JSON file of resources, with a recycle bin.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::{Cloud, CloudError, CloudResource};

/// A cloud in a file: `{"resources": [{"ResourceId": …}], "recycled": […]}`, with the columns of the table `resources`.
#[derive(Clone)]
pub struct Inventory {
    file: PathBuf,
    /// One change of the file at a time.
    writing: Arc<Mutex<()>>,
}

#[derive(Default, Serialize, Deserialize)]
struct Contents {
    resources: Vec<Map<String, Value>>,
    #[serde(default)]
    recycled: Vec<Map<String, Value>>,
}

impl Inventory {
    /// The inventory in a file, which is read at each call: it may be made anew meanwhile.
    pub fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), writing: Arc::default() }
    }

    async fn read(&self) -> Result<Contents, CloudError> {
        let bytes = tokio::fs::read(&self.file).await.map_err(|source| self.unavailable("read", source))?;
        serde_json::from_slice(&bytes).map_err(|source| self.unavailable("understand", source))
    }

    /// Changes the contents: all or nothing, by a rename.
    async fn change(&self, change: impl FnOnce(&mut Contents) -> Result<(), CloudError> + Send) -> Result<(), CloudError> {
        let _one_at_a_time = self.writing.lock().await;
        let mut contents = self.read().await?;
        change(&mut contents)?;
        let text = serde_json::to_vec_pretty(&contents).map_err(|source| self.unavailable("write", source))?;
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || replace(&file, &text)).await;
        written.map_err(|source| self.unavailable("write", source))?.map_err(|source| self.unavailable("write", source))
    }

    async fn change_resource(
        &self,
        id: &str,
        change: impl FnOnce(&mut Map<String, Value>) -> Result<(), CloudError> + Send,
    ) -> Result<(), CloudError> {
        self.change(|contents| {
            let resource = contents.resources.iter_mut().find(|resource| text(resource, "ResourceId") == id);
            change(resource.ok_or_else(|| CloudError::NotFound { id: id.to_owned() })?)
        })
        .await
    }

    fn unavailable(&self, doing: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CloudError {
        CloudError::Unavailable { doing: format!("{doing} `{}`", self.file.display()), source: source.into() }
    }
}

#[async_trait::async_trait]
impl Cloud for Inventory {
    async fn describe(&self, id: &str) -> Result<Option<CloudResource>, CloudError> {
        let contents = self.read().await?;
        Ok(contents.resources.iter().find(|resource| text(resource, "ResourceId") == id).map(described))
    }

    async fn stop(&self, id: &str) -> Result<(), CloudError> {
        self.change_resource(id, |resource| set_status(resource, id, "Running", "Stopped")).await
    }

    async fn start(&self, id: &str) -> Result<(), CloudError> {
        self.change_resource(id, |resource| set_status(resource, id, "Stopped", "Running")).await
    }

    async fn release(&self, id: &str) -> Result<(), CloudError> {
        self.change(|contents| move_between(&mut contents.resources, &mut contents.recycled, id)).await
    }

    async fn restore(&self, id: &str) -> Result<(), CloudError> {
        self.change(|contents| move_between(&mut contents.recycled, &mut contents.resources, id)).await
    }

    async fn resize(&self, id: &str, instance_type: &str) -> Result<(), CloudError> {
        self.change_resource(id, |resource| {
            object(resource, "Config").insert("InstanceType".into(), json!(instance_type));
            Ok(())
        })
        .await
    }

    async fn set_tag(&self, id: &str, key: &str, value: Option<&str>) -> Result<(), CloudError> {
        self.change_resource(id, |resource| {
            let tags = object(resource, "Tags");
            match value {
                Some(value) => tags.insert(key.to_owned(), json!(value)),
                None => tags.shift_remove(key),
            };
            Ok(())
        })
        .await
    }

    async fn list(&self) -> Result<Vec<Map<String, Value>>, CloudError> {
        Ok(self.read().await?.resources)
    }
}

fn replace(file: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(text)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file)?;
    Ok(())
}

fn text<'a>(resource: &'a Map<String, Value>, key: &str) -> &'a str {
    resource.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn described(resource: &Map<String, Value>) -> CloudResource {
    let tags = resource.get("Tags").map(as_object).unwrap_or_default();
    let config = resource.get("Config").map(as_object).unwrap_or_default();
    CloudResource {
        id: text(resource, "ResourceId").to_owned(),
        status: text(resource, "Status").to_owned(),
        instance_type: config.get("InstanceType").and_then(Value::as_str).map(str::to_owned),
        attached_to: text(resource, "AttachedTo").to_owned(),
        tags: tags.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect::<BTreeMap<_, _>>(),
    }
}

/// An object, or the JSON text of one.
fn as_object(value: &Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object.clone(),
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// The object under a key, made where there is none.
fn object<'a>(resource: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = resource.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(as_object(value));
    }
    value.as_object_mut().expect("it was made an object just now")
}

fn set_status(resource: &mut Map<String, Value>, id: &str, from: &str, to: &str) -> Result<(), CloudError> {
    let status = text(resource, "Status");
    if !status.eq_ignore_ascii_case(from) {
        return Err(CloudError::Refused { id: id.to_owned(), reason: format!("it is `{status}`, not `{from}`") });
    }
    resource.insert("Status".into(), json!(to));
    Ok(())
}

fn move_between(from: &mut Vec<Map<String, Value>>, to: &mut Vec<Map<String, Value>>, id: &str) -> Result<(), CloudError> {
    let position = from.iter().position(|resource| text(resource, "ResourceId") == id);
    to.push(from.remove(position.ok_or_else(|| CloudError::NotFound { id: id.to_owned() })?));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory() -> (tempfile::TempDir, Inventory) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("inventory.json");
        let contents = json!({"resources": [{
            "ResourceId": "i-1", "Status": "Running", "Tags": {"team": "a"}, "Config": "{\"InstanceType\":\"g7.large\"}"
        }]});
        std::fs::write(&file, contents.to_string()).expect("written");
        (folder, Inventory::new(&file))
    }

    #[tokio::test]
    async fn every_change_can_be_read_back_and_undone() {
        let (_folder, cloud) = inventory();
        let now = async || cloud.describe("i-1").await.expect("described");
        let before = now().await.expect("a resource");
        cloud.stop("i-1").await.expect("stopped");
        assert_eq!(now().await.expect("a resource").status, "Stopped");
        assert!(cloud.stop("i-1").await.is_err(), "a stopped instance cannot be stopped");
        cloud.start("i-1").await.expect("started");
        cloud.resize("i-1", "g7.xlarge").await.expect("resized");
        assert_eq!(now().await.expect("a resource").instance_type.as_deref(), Some("g7.xlarge"));
        cloud.resize("i-1", "g7.large").await.expect("resized");
        cloud.set_tag("i-1", "owner", Some("x")).await.expect("tagged");
        assert_eq!(now().await.expect("a resource").tags.len(), 2);
        cloud.set_tag("i-1", "owner", None).await.expect("untagged");
        cloud.release("i-1").await.expect("released");
        assert_eq!(now().await, None);
        cloud.restore("i-1").await.expect("restored");
        assert_eq!(now().await, Some(before));
        assert!(matches!(cloud.release("i-2").await, Err(CloudError::NotFound { .. })));
    }
}
