//! Every tool by name.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Context, Evidence, Tool, ToolError,
    cost::{FindWaste, QueryCosts, RunSql},
    knowledge::SearchKnowledge,
    remediation::ProposeChange,
    security::SecurityPosture,
};

/// Every tool by name.
#[derive(Clone)]
pub struct Registry {
    tools: BTreeMap<&'static str, Arc<dyn Tool>>,
}

impl Registry {
    /// All tools of the product.
    pub fn standard() -> Self {
        let tools: [Arc<dyn Tool>; 6] = [
            Arc::new(QueryCosts),
            Arc::new(RunSql),
            Arc::new(FindWaste),
            Arc::new(SecurityPosture),
            Arc::new(SearchKnowledge),
            Arc::new(ProposeChange),
        ];
        Self { tools: tools.into_iter().map(|tool| (tool.name(), tool)).collect() }
    }

    /// Every tool, by name.
    pub fn tools(&self) -> Vec<Arc<dyn Tool>> {
        self.tools.values().cloned().collect()
    }

    /// A tool.
    pub fn tool(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.get(name)
    }

    /// Calls a tool after checking that it exists and the asker may.
    pub async fn call(&self, name: &str, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError> {
        let tool = self.tools.get(name).ok_or_else(|| {
            let known: Vec<_> = self.tools.keys().copied().collect();
            let known = known.join(", ");
            ToolError::not_found(format!("没有工具 `{name}`;可用的有:{known}"), format!("there is no tool `{name}`; there are: {known}"))
        })?;
        if !context.asker.may(tool.permission()) {
            return Err(ToolError::forbidden(tool.permission()));
        }
        let result = tool.call(context, args).await;
        if let Err(problem) = &result {
            tracing::info!(tool = name, code = problem.code, "a tool failed: {problem}");
        }
        result
    }
}
