//! A chart as data: which columns of the answer's table are drawn, and how.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::table::Table;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Over time.
    Line,
    /// A ranking or comparison.
    Bar,
    /// Shares over time or within groups.
    StackedBar,
}

/// One column drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Series {
    /// The column's name in the table.
    pub column: String,
    /// What the legend says.
    pub label: String,
}

/// A drawing of the answer's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chart {
    /// How.
    pub kind: ChartKind,
    /// What the drawing is of.
    pub title: String,
    /// The column along the axis.
    pub x: String,
    /// The columns drawn.
    pub series: Vec<Series>,
    /// A label column whose every value becomes a series of its own, when there is one.
    pub split: Option<String>,
    /// What the numbers count; see [`crate::Column::unit`].
    pub unit: Option<String>,
}

impl Chart {
    /// The chart as a Vega-Lite 5 specification with the table's rows inlined.
    pub fn to_vega_lite(&self, table: &Table) -> serde_json::Value {
        let values: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                let mut object = serde_json::Map::new();
                for (column, cell) in table.columns.iter().zip(row) {
                    let value = match cell.number() {
                        Some(number) => json!(number.to_string().parse::<f64>().unwrap_or(0.0)),
                        None => json!(cell),
                    };
                    object.insert(column.name.clone(), value);
                }
                serde_json::Value::Object(object)
            })
            .collect();
        let (mark, x_type) = match self.kind {
            ChartKind::Line => ("line", "temporal"),
            ChartKind::Bar | ChartKind::StackedBar => ("bar", "nominal"),
        };
        let columns: Vec<_> = self.series.iter().map(|series| &series.column).collect();
        let color = match &self.split {
            Some(column) => json!({"field": column, "type": "nominal"}),
            None => json!({"field": "series", "type": "nominal"}),
        };
        json!({
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "title": self.title,
            "data": {"values": values},
            "transform": [{"fold": columns, "as": ["series", "value"]}],
            "mark": mark,
            "encoding": {
                "x": {"field": self.x, "type": x_type, "sort": null},
                "y": {"field": "value", "type": "quantitative", "title": self.unit},
                "color": color,
            },
        })
    }
}
