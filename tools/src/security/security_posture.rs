//! `security_posture`: what the inventory and the scanners say is open, most severe first.

use domain::{Intent, Language, Permission, SqlNote, Table, Text, Value};
use schemars::JsonSchema;
use serde::Deserialize;

use super::checks::{CHECKS, Check, Severity};
use crate::{
    Context, Evidence, Tool, ToolError,
    inventory_row::{self, Resource},
    query::{self, About},
    tool::{admit, arguments},
};

/// Checks the resources and lists the open findings.
pub(crate) struct SecurityPosture;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    /// Only these severities; all when left out.
    #[serde(default)]
    severities: Vec<Severity>,
    /// Only accounts of these ids.
    #[serde(default)]
    accounts: Vec<String>,
}

/// Something that is open.
struct Issue {
    source: &'static str,
    check: String,
    title: String,
    severity: Severity,
    resource_id: String,
    resource_name: String,
    account: String,
    first_seen: Value,
    advice: String,
}

#[async_trait::async_trait]
impl Tool for SecurityPosture {
    fn name(&self) -> &'static str {
        "security_posture"
    }

    fn description(&self) -> Text {
        Text::new(
            "安全态势:对资源做配置检查(公开访问、端口、加密、备份、密钥、多因素认证等),并列出未解决的安全发现,最严重的在前",
            "Security posture: checks the resources' configuration (public access, ports, encryption, backups, keys, second factor …) and lists open findings, most severe first",
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
        let rows = inventory_row::read(context, "").await?;
        let (mut issues, findings_sql) = open_findings(context, &rows.resources).await?;
        let checked = failed_checks(&rows.resources, &issues, context.language);
        issues.extend(checked);
        issues.retain(|issue| args.severities.is_empty() || args.severities.contains(&issue.severity));
        issues.retain(|issue| args.accounts.is_empty() || args.accounts.contains(&issue.account));
        issues.sort_by(|a, b| {
            a.severity.cmp(&b.severity).then_with(|| a.check.cmp(&b.check)).then_with(|| a.resource_id.cmp(&b.resource_id))
        });
        let mut terms = rows.terms;
        (terms.cost_basis, terms.currency) = (None, None);
        Ok(Evidence {
            text: sentence(&issues, context.language),
            empty: issues.is_empty(),
            table: Some(table(&issues, context.language)),
            sql: both(rows.sql, findings_sql),
            terms,
            intent: Some(Intent::Security),
            ..Evidence::default()
        })
    }
}

async fn open_findings(context: &Context, resources: &[Resource]) -> Result<(Vec<Issue>, Option<SqlNote>), ToolError> {
    let sql = "SELECT FindingId, CheckId, Title, Severity, ResourceId, SubAccountId, FirstSeen FROM findings \
               WHERE lower(Status) = 'open' ORDER BY FindingId";
    let evidence = query::run(context, sql, About::default()).await?;
    let table = evidence.table.unwrap_or_default();
    let issues = (0..table.rows.len()).map(|row| {
        let text = |name: &str| table.cell(row, name).map(Value::label).unwrap_or_default();
        let id = text("ResourceId");
        let name = resources.iter().find(|resource| resource.id == id).map(|resource| resource.name.clone()).unwrap_or_default();
        Issue {
            source: "finding",
            check: text("CheckId"),
            title: text("Title"),
            severity: Severity::of(&text("Severity")),
            resource_id: id,
            resource_name: name,
            account: text("SubAccountId"),
            first_seen: table.cell(row, "FirstSeen").cloned().unwrap_or(Value::Null),
            advice: String::new(),
        }
    });
    Ok((issues.collect(), evidence.sql))
}

/// What the checks find and no scanner has reported already.
fn failed_checks(resources: &[Resource], known: &[Issue], language: Language) -> Vec<Issue> {
    let failed = |check: &'static Check| resources.iter().filter(|resource| (check.fails)(resource)).map(move |resource| (check, resource));
    let news = CHECKS.iter().flat_map(failed).filter(|(check, resource)| !known.iter().any(|issue| is_same_matter(issue, check, resource)));
    news.map(|(check, resource)| Issue {
        source: "check",
        check: check.id.to_owned(),
        title: language.pick(check.zh, check.en).to_owned(),
        severity: check.severity,
        resource_id: resource.id.clone(),
        resource_name: resource.name.clone(),
        account: resource.account.clone(),
        first_seen: Value::Null,
        advice: language.pick(check.advice_zh, check.advice_en).to_owned(),
    })
    .collect()
}

fn is_same_matter(issue: &Issue, check: &Check, resource: &Resource) -> bool {
    let text = format!("{} {}", issue.check, issue.title).to_lowercase();
    issue.resource_id == resource.id && check.matter.iter().any(|word| text.contains(word))
}

fn sentence(issues: &[Issue], language: Language) -> String {
    if issues.is_empty() {
        return language.pick("没有发现未解决的安全问题。", "There are no open security issues.").to_owned();
    }
    let levels = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let count = |severity: Severity| issues.iter().filter(|issue| issue.severity == severity).count();
    let counted: Vec<String> = levels
        .into_iter()
        .filter(|severity| count(*severity) > 0)
        .map(|severity| match language {
            Language::Zh => format!("{} {} 项", zh(severity), count(severity)),
            Language::En => format!("{} {}", count(severity), severity.name()),
        })
        .collect();
    match language {
        Language::Zh => format!("共 {} 项未解决的安全问题:{}。", issues.len(), counted.join("、")),
        Language::En => format!("{} open security issues: {}.", issues.len(), counted.join(", ")),
    }
}

fn zh(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "严重",
        Severity::High => "高危",
        Severity::Medium => "中危",
        Severity::Low => "低危",
    }
}

fn table(issues: &[Issue], language: Language) -> Table {
    let columns = inventory_row::columns(
        language,
        &[
            ("Severity", "级别", "Severity", None),
            ("Title", "问题", "Issue", None),
            ("ResourceId", "资源 ID", "Resource", None),
            ("ResourceName", "名称", "Name", None),
            ("SubAccountId", "账号", "Account", None),
            ("CheckId", "检查项", "Check", None),
            ("Source", "来源", "Source", None),
            ("FirstSeen", "首次发现", "First seen", None),
            ("Advice", "建议", "Advice", None),
        ],
    );
    let rows = issues.iter().map(|issue| {
        let text = |text: &str| Value::Text(text.to_owned());
        vec![
            text(issue.severity.name()),
            text(&issue.title),
            text(&issue.resource_id),
            text(&issue.resource_name),
            text(&issue.account),
            text(&issue.check),
            text(issue.source),
            issue.first_seen.clone(),
            text(&issue.advice),
        ]
    });
    Table::new(columns, rows.collect())
}

/// Two statements as one note.
fn both(first: Option<SqlNote>, second: Option<SqlNote>) -> Option<SqlNote> {
    match (first, second) {
        (Some(mut first), Some(second)) => {
            first.text = format!("{};\n{}", first.text, second.text);
            first.tables.extend(second.tables);
            first.elapsed_ms += second.elapsed_ms;
            Some(first)
        }
        (first, second) => first.or(second),
    }
}
