//! The grammars in use: one for each version of the data and each set of accounts an asker sees.

use std::{collections::VecDeque, sync::Arc};

use domain::{Access, DataProfile};
use nl2sql::Grammar;
use tokio::sync::Mutex;

/// Grammars kept: one for everybody on most machines, a few more where rows are scoped.
const KEPT: usize = 16;

type Key = (u64, Option<Vec<String>>);

/// Builds each grammar once.
#[derive(Default)]
pub(crate) struct Grammars {
    built: Mutex<VecDeque<(Key, Arc<Grammar>)>>,
}

impl Grammars {
    /// The grammar for a version of the data as an asker may know it; none when building it failed.
    pub(crate) async fn get(&self, catalog: &Arc<schema::Catalog>, profile: &Arc<DataProfile>, access: &Access) -> Option<Arc<Grammar>> {
        let accounts = match access {
            Access::All => None,
            Access::Only(accounts) => Some(accounts.clone()),
        };
        let key = (profile.version, accounts);
        // Held while building: a second asker waits for the first one's grammar instead of building another.
        let mut built = self.built.lock().await;
        if let Some((_, grammar)) = built.iter().find(|(own, _)| *own == key) {
            return Some(Arc::clone(grammar));
        }
        let (catalog, profile, access) = (Arc::clone(catalog), Arc::clone(profile), access.clone());
        let build = tokio::task::spawn_blocking(move || Grammar::new(catalog, &known_to(&profile, &access))).await;
        let grammar = Arc::new(build.inspect_err(|error| tracing::error!(%error, "the grammar could not be built")).ok()?);
        built.retain(|((version, _), _)| *version == key.0);
        built.truncate(KEPT - 1);
        built.push_front((key, Arc::clone(&grammar)));
        Some(grammar)
    }
}

/// The profile without the accounts an asker may not see: their names must not show in a clarification or a "there is no".
pub(crate) fn known_to(profile: &DataProfile, access: &Access) -> DataProfile {
    let mut known = profile.clone();
    let Access::Only(own) = access else { return known };
    let sees = |account: &str| own.iter().any(|id| id == account);
    let mut names: Vec<String> = Vec::new();
    for span in &mut known.providers {
        span.accounts.retain(|(id, _)| sees(id));
        names.extend(span.accounts.iter().map(|(_, name)| name.clone()));
    }
    for (column, values) in &mut known.dimensions {
        match column.as_str() {
            "SubAccountId" => values.retain(|value| sees(&value.value)),
            "SubAccountName" => values.retain(|value| names.contains(&value.value)),
            _ => {}
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use domain::{DimensionValue, ProviderSpan};

    use super::*;

    #[test]
    fn accounts_of_others_are_not_known() {
        let value = |value: &str| DimensionValue { value: value.into(), rows: 1, provider: "P".into() };
        let day = "2026-10-01".parse().expect("a day");
        let span = ProviderSpan {
            provider: "P".into(),
            currencies: vec![],
            accounts: vec![("1".into(), "web".into()), ("2".into(), "secret".into())],
            first_month: day,
            last_month: day,
            complete_to: day,
        };
        let mut profile = DataProfile { providers: vec![span], ..DataProfile::default() };
        profile.dimensions.insert("SubAccountId".into(), vec![value("1"), value("2")]);
        profile.dimensions.insert("SubAccountName".into(), vec![value("web"), value("secret")]);
        profile.dimensions.insert("ServiceName".into(), vec![value("ECS")]);
        let known = known_to(&profile, &Access::Only(vec!["1".into()]));
        assert!(!format!("{known:?}").contains("secret"));
        assert!(format!("{known:?}").contains("web") && format!("{known:?}").contains("ECS"));
        assert_eq!(known_to(&profile, &Access::All), profile);
    }
}
