//! `run_sql`: a statement someone wrote, guarded, scoped and run.

use domain::{Intent, Permission, Text};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    Context, Evidence, Tool, ToolError,
    query::{self, About},
    tool::{admit, arguments},
};

/// Runs a SELECT over the tables of the model.
pub(crate) struct RunSql;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    /// One SELECT statement over the tables of the model. Rows are limited to those the asker may see.
    sql: String,
}

#[async_trait::async_trait]
impl Tool for RunSql {
    fn name(&self) -> &'static str {
        "run_sql"
    }

    fn description(&self) -> Text {
        Text::new(
            "运行一条 SELECT 语句:先检查、限定到您可见的账号,再执行。适合现成工具表达不了的问题",
            "Runs one SELECT statement after checking it and limiting it to the accounts the asker may see. For what no other tool expresses",
        )
    }

    fn arguments(&self) -> serde_json::Value {
        arguments::<Args>()
    }

    fn permission(&self) -> Permission {
        Permission::Ask
    }

    async fn call(&self, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError> {
        let args: Args = admit(self, context, args)?;
        let mut evidence = query::run(context, &args.sql, About::default()).await?;
        evidence.intent = Some(Intent::Query);
        Ok(evidence)
    }
}
