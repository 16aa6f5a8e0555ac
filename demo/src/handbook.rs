//! The company's handbook: Markdown documents in Chinese and English, compiled in and copied out.

use std::path::{Path, PathBuf};

use crate::DemoError;

const DOCUMENTS: [(&str, &str); 12] = [
    ("tagging-standard.md", include_str!("../handbook/tagging-standard.md")),
    ("runbook-idle-resources.md", include_str!("../handbook/runbook-idle-resources.md")),
    ("commitment-policy.md", include_str!("../handbook/commitment-policy.md")),
    ("approval-matrix.md", include_str!("../handbook/approval-matrix.md")),
    ("oncall.md", include_str!("../handbook/oncall.md")),
    ("month-end-close.md", include_str!("../handbook/month-end-close.md")),
    ("security-baseline.md", include_str!("../handbook/security-baseline.md")),
    ("runbook-cost-anomaly.md", include_str!("../handbook/runbook-cost-anomaly.md")),
    ("prepaid-balances.md", include_str!("../handbook/prepaid-balances.md")),
    ("account-map.md", include_str!("../handbook/account-map.md")),
    ("log-retention.md", include_str!("../handbook/log-retention.md")),
    ("peak-season-plan.md", include_str!("../handbook/peak-season-plan.md")),
];

/// Writes the documents into the folder `handbook`.
pub(crate) fn write(folder: &Path) -> Result<PathBuf, DemoError> {
    let documents = folder.join("handbook");
    let failed = |file: &str| {
        let file = file.to_owned();
        move |source| DemoError::Write { file, source }
    };
    std::fs::create_dir_all(&documents).map_err(failed("handbook"))?;
    for (name, text) in DOCUMENTS {
        std::fs::write(documents.join(name), text).map_err(failed(name))?;
    }
    Ok(documents)
}
