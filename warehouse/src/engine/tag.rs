//! `tag(Tags, 'key')`: the value of a tag, whatever capitals its key is written in; null where there is none.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, StringViewArray},
        compute::{cast, take},
        datatypes::{DataType, Int32Type},
    },
    common::{Result, exec_datafusion_err},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    scalar::ScalarValue,
};

/// The function `tag`.
pub(super) fn tag() -> ScalarUDF {
    ScalarUDF::from(Tag { signature: Signature::string(2, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tag {
    signature: Signature,
}

impl ScalarUDFImpl for Tag {
    fn name(&self) -> &str {
        "tag"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [tags, key] = args.args.as_slice() else {
            return Err(exec_datafusion_err!("`tag` takes the tags and a key"));
        };
        let ColumnarValue::Scalar(key) = key else {
            return Err(exec_datafusion_err!("the key of `tag` must be a text, not a column"));
        };
        let key = key.try_as_str().flatten().map(str::to_owned);
        match tags {
            ColumnarValue::Array(tags) => Ok(ColumnarValue::Array(tag_of_each(tags, key.as_deref())?)),
            ColumnarValue::Scalar(tags) => {
                let tags = tags.try_as_str().flatten();
                let value = tags.zip(key).and_then(|(tags, key)| value_of(tags, &key));
                Ok(ColumnarValue::Scalar(ScalarValue::Utf8View(value)))
            }
        }
    }
}

fn tag_of_each(tags: &ArrayRef, key: Option<&str>) -> Result<ArrayRef> {
    let Some(key) = key else {
        return Ok(Arc::new(StringViewArray::new_null(tags.len())));
    };
    // Most rows of a batch share their tags with others, so each distinct text is read once.
    let distinct = cast(tags, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)))?;
    let distinct = distinct.as_dictionary::<Int32Type>();
    let values = distinct.values().as_string::<i32>().iter().map(|tags| tags.and_then(|tags| value_of(tags, key)));
    let values: StringViewArray = values.collect();
    Ok(take(&values, distinct.keys(), None)?)
}

/// The value of a key in a JSON object, as text; a value that is no text is given as JSON.
pub(crate) fn value_of(tags: &str, key: &str) -> Option<String> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(tags).ok()?;
    let exact = object.get(key);
    let value = exact.or_else(|| object.iter().find(|(name, _)| name.to_lowercase() == key.to_lowercase()).map(|(_, value)| value))?;
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::StringArray;

    use super::*;

    #[test]
    fn tags_are_found_whatever_their_capitals() {
        let check = |tags: &str, key: &str, expect: Option<&str>| assert_eq!(value_of(tags, key).as_deref(), expect, "{tags} {key}");
        check(r#"{"env":"prod","team":"trade"}"#, "team", Some("trade"));
        check(r#"{"Team":"trade"}"#, "team", Some("trade"));
        check(r#"{"Team":"a","team":"b"}"#, "team", Some("b"));
        check(r#"{"a\"b":"quote\nline"}"#, "a\"b", Some("quote\nline"));
        check(r#"{"note":"\"team\":\"x\""}"#, "team", None);
        check(r#"{"团队":"会员"}"#, "团队", Some("会员"));
        check(r#"{"n":5,"o":{"team":"x"}}"#, "n", Some("5"));
        check(r#"{"n":5,"o":{"team":"x"}}"#, "team", None);
        check(r#"{"team":null}"#, "team", None);
        check("{}", "team", None);
        check("not json", "team", None);
    }

    #[test]
    fn a_column_of_tags_gives_a_column_of_values() {
        let long = r#"{"env":"production","team":"trade"}"#;
        let tags: ArrayRef = Arc::new(StringArray::from(vec![Some(long), None, Some("{}"), Some(long)]));
        let values = tag_of_each(&tags, Some("TEAM")).expect("values");
        let values: Vec<_> = values.as_string_view().iter().collect();
        assert_eq!(values, [Some("trade"), None, None, Some("trade")]);
    }
}
