//! From the header of a file to the table it is for and which of its columns go where.

use std::{collections::HashMap, path::Path, sync::Arc};

use crate::{
    WarehouseError,
    layout::{COSTS, DERIVED, Layout, PARTITION},
};

/// Which column of a file feeds which column of a table.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub layout: Arc<Layout>,
    /// For each column of the table, the position in the file.
    pub sources: Vec<Option<usize>>,
    /// Columns of the file that go nowhere.
    pub ignored: Vec<String>,
    /// The version of FOCUS that the columns speak of, for `costs`.
    pub focus: Option<&'static str>,
}

/// Names of other FOCUS versions, spelt as [`fold`] does, and the columns they feed when the file does not have those themselves.
const ALIASES: [(&str, &str); 7] = [
    ("provider", "ProviderName"),
    ("serviceprovidername", "ProviderName"),
    ("publisher", "PublisherName"),
    ("hostprovidername", "PublisherName"),
    ("invoiceissuer", "InvoiceIssuerName"),
    ("chargetype", "ChargeCategory"),
    ("region", "RegionId"),
];

/// Finds the table of a header, or takes the one that was named, and maps the columns.
pub(super) fn map_header(file: &Path, header: &[String], layouts: &[Arc<Layout>], named: Option<&str>) -> Result<Mapping, WarehouseError> {
    let positions = positions(file, header)?;
    let layout = match named {
        Some(name) => layouts.iter().find(|layout| layout.table.eq_ignore_ascii_case(name)).ok_or_else(|| {
            WarehouseError::file(file, format!("there is no table `{name}`"), format!("the tables are {}", names(layouts)))
        })?,
        None => detect(file, &positions, layouts)?,
    };
    let mut sources: Vec<_> = layout.columns.iter().map(|column| find(&positions, &column.name)).collect();
    for own in PARTITION.iter().skip(1).filter(|_| layout.is_costs()) {
        if let Some(position) = layout.position(own) {
            sources[position] = None;
        }
    }
    let missing: Vec<_> = layout.columns.iter().zip(&sources).filter(|(column, source)| column.required && source.is_none()).collect();
    if let Some((column, _)) = missing.first() {
        return Err(WarehouseError::file(
            file,
            format!("the header has no column `{}`, which the table `{}` needs", column.name, layout.table),
            "export with all columns, or name the right table",
        ));
    }
    let ignored = header.iter().enumerate().filter(|(i, _)| !sources.contains(&Some(*i))).map(|(_, name)| name.clone());
    let ignored = ignored.filter(|name| !matches!(name.as_str(), DERIVED | "x_BillingMonth")).collect();
    let focus = (layout.table == COSTS).then(|| focus_version(&positions));
    Ok(Mapping { layout: Arc::clone(layout), sources, ignored, focus })
}

/// A name without case, spaces, underscores and hyphens: `Billed Cost`, `billed_cost` and `BilledCost` are one.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '\u{feff}' | '\t')).flat_map(char::to_lowercase).collect()
}

fn positions(file: &Path, header: &[String]) -> Result<HashMap<String, usize>, WarehouseError> {
    let mut positions = HashMap::new();
    for (i, name) in header.iter().enumerate() {
        let folded = fold(name);
        if !folded.is_empty() && positions.insert(folded, i).is_some() {
            return Err(WarehouseError::file(file, format!("the header names `{}` twice", name.trim()), "remove one of the two columns"));
        }
    }
    Ok(positions)
}

fn find(positions: &HashMap<String, usize>, column: &str) -> Option<usize> {
    positions.get(&fold(column)).copied().or_else(|| {
        let alias = ALIASES.iter().find(|(alias, target)| *target == column && positions.contains_key(*alias))?;
        positions.get(alias.0).copied()
    })
}

/// The table whose needed columns are all there and that knows most of the others.
fn detect<'a>(file: &Path, positions: &HashMap<String, usize>, layouts: &'a [Arc<Layout>]) -> Result<&'a Arc<Layout>, WarehouseError> {
    let known = |layout: &Layout| layout.columns.iter().filter(|column| find(positions, &column.name).is_some()).count();
    let missing = |layout: &Layout| {
        let missing = layout.columns.iter().find(|column| column.required && find(positions, &column.name).is_none());
        missing.map(|column| column.name.clone())
    };
    let fits = layouts.iter().filter(|layout| missing(layout).is_none() && known(layout) > 0);
    if let Some(layout) = fits.max_by_key(|layout| (known(layout) * 1_000 / layout.columns.len().max(1), known(layout))) {
        return Ok(layout);
    }
    let nearest = layouts.iter().max_by_key(|layout| known(layout)).filter(|layout| known(layout) > 1);
    let reason = match nearest.and_then(|layout| Some((layout, missing(layout)?))) {
        Some((layout, column)) => format!("its header fits no table; nearest is `{}`, but the column `{column}` is missing", layout.table),
        None => "its header fits no table".to_owned(),
    };
    Err(WarehouseError::file(file, reason, format!("the first line must name the columns of one of {}", names(layouts))))
}

fn names(layouts: &[Arc<Layout>]) -> String {
    layouts.iter().map(|layout| format!("`{}`", layout.table)).collect::<Vec<_>>().join(", ")
}

fn focus_version(positions: &HashMap<String, usize>) -> &'static str {
    let any = |names: &[&str]| names.iter().any(|name| positions.contains_key(*name));
    if any(&["serviceprovidername", "hostprovidername", "allocatedmethodid", "contractapplied"]) {
        "1.3"
    } else if any(&["billingaccounttype", "subaccounttype", "invoiceid", "pricingcurrency"]) {
        "1.2"
    } else if any(&["servicesubcategory", "skumeter", "skupricedetails", "capacityreservationid", "commitmentdiscountquantity"]) {
        "1.1"
    } else {
        "1.0"
    }
}
