//! Tags in the spellings of the clouds, to one canonical JSON object.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Spells tags canonically and remembers what it has seen, for most rows repeat the tags of others.
#[derive(Default)]
pub(super) struct TagReader {
    seen: HashMap<String, String>,
}

/// Texts remembered at most.
const REMEMBERED: usize = 50_000;

impl TagReader {
    /// The canonical JSON of a text of tags: keys in order, no spaces.
    pub fn read(&mut self, text: &str) -> Result<&str, String> {
        if !self.seen.contains_key(text) {
            let canonical = canonical(text)?;
            if self.seen.len() >= REMEMBERED {
                self.seen.clear();
            }
            self.seen.insert(text.to_owned(), canonical);
        }
        Ok(self.seen.get(text).map_or("{}", String::as_str))
    }
}

fn canonical(text: &str) -> Result<String, String> {
    let text = text.trim();
    let tags = if text.starts_with('{') || text.starts_with('[') { from_json(text) } else { from_pairs(text) };
    let tags = tags.ok_or_else(|| "is not tags: a JSON object, `key:a value:b; …` or `a=b;c=d`".to_owned())?;
    serde_json::to_string(&tags).map_err(|error| format!("cannot be kept as JSON: {error}"))
}

/// An object, or a list of `{"TagKey": …, "TagValue": …}` or `{"Key": …, "Value": …}`.
fn from_json(text: &str) -> Option<BTreeMap<String, Value>> {
    match serde_json::from_str(text).ok()? {
        Value::Object(tags) => Some(tags.into_iter().collect()),
        Value::Array(entries) => entries.iter().map(entry).collect(),
        _ => None,
    }
}

fn entry(entry: &Value) -> Option<(String, Value)> {
    let named = |suffix: &str| {
        let object = entry.as_object()?;
        let (_, value) =
            object.iter().find(|(key, _)| key.eq_ignore_ascii_case(suffix) || key.eq_ignore_ascii_case(&format!("tag{suffix}")))?;
        Some(value)
    };
    Some((named("key")?.as_str()?.to_owned(), named("value").cloned().unwrap_or(Value::Null)))
}

fn from_pairs(text: &str) -> Option<BTreeMap<String, Value>> {
    let separator = if text.contains(';') || text.contains(" value:") { ';' } else { ',' };
    let pairs = text.split(separator).map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = match pair.strip_prefix("key:") {
                Some(rest) => rest.split_once(" value:").or_else(|| rest.strip_suffix(" value").map(|key| (key, "")))?,
                None => pair.split_once('=').or_else(|| pair.split_once(':'))?,
            };
            let key = key.trim();
            (!key.is_empty()).then(|| (key.to_owned(), Value::String(value.trim().to_owned())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_spelt_one_way() {
        let check = |text: &str, expect: &str| assert_eq!(TagReader::default().read(text), Ok(expect), "{text}");
        check(r#"{"team": "a",  "env":"b"}"#, r#"{"env":"b","team":"a"}"#);
        check("{}", "{}");
        check(r#"{"flag": true, "nothing": null}"#, r#"{"flag":true,"nothing":null}"#);
        check("key:team value:trade; key:env value:prod", r#"{"env":"prod","team":"trade"}"#);
        check("key:team value:; key:env value:prod;", r#"{"env":"prod","team":""}"#);
        check("key:only value:one", r#"{"only":"one"}"#);
        check("a=b;c=d=e", r#"{"a":"b","c":"d=e"}"#);
        check("a=b,c=d", r#"{"a":"b","c":"d"}"#);
        check("项目=商城;团队=会员", r#"{"团队":"会员","项目":"商城"}"#);
        check(r#"[{"TagKey":"team","TagValue":"x"},{"TagKey":"env","TagValue":"y"}]"#, r#"{"env":"y","team":"x"}"#);
        check(r#"[{"Key":"team","Value":"x"}]"#, r#"{"team":"x"}"#);
        check("[]", "{}");
    }

    #[test]
    fn what_is_no_tags_is_refused() {
        for text in [r#"{"team": "a""#, "[1]", "\"text\"", "just words", "=b", "{team: a}"] {
            assert!(TagReader::default().read(text).is_err(), "{text}");
        }
    }
}
