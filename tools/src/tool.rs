//! What a tool is, and how its arguments are read.

use domain::{Permission, Text};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::{Context, Evidence, ToolError};

/// A tool.
#[async_trait::async_trait]
pub trait Tool: Send + Sync {
    /// Its name: snake case.
    fn name(&self) -> &'static str;
    /// What it does, for a person and for a model.
    fn description(&self) -> Text;
    /// The JSON schema of its arguments.
    fn arguments(&self) -> serde_json::Value;
    /// What the asker must be allowed.
    fn permission(&self) -> Permission;
    /// Does it. Checks the permission first.
    async fn call(&self, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError>;
}

/// The JSON schema of a type of arguments.
pub(crate) fn arguments<T: JsonSchema>() -> serde_json::Value {
    schemars::schema_for!(T).to_value()
}

/// Checks that the asker may, then reads the arguments. No arguments are an empty object.
pub(crate) fn admit<T: DeserializeOwned>(tool: &dyn Tool, context: &Context, args: serde_json::Value) -> Result<T, ToolError> {
    if !context.asker.may(tool.permission()) {
        return Err(ToolError::forbidden(tool.permission()));
    }
    let args = if args.is_null() { serde_json::json!({}) } else { args };
    serde_json::from_value(args).map_err(|problem| {
        let name = tool.name();
        ToolError::invalid(format!("`{name}` 的参数不对:{problem}"), format!("wrong arguments for `{name}`: {problem}"))
    })
}
