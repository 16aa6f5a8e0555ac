//! Scanning a table in memory: slices that cannot match are skipped, the others handed on.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{RecordBatch, RecordBatchOptions},
        compute::cast,
        datatypes::SchemaRef,
    },
    catalog::{Session, TableProvider},
    common::{Result, Statistics, exec_datafusion_err, stats::Precision, tree_node::TreeNodeRecursion},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, TableProviderFilterPushDown, TableType, utils::conjunction},
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_optimizer::pruning::PruningPredicateBuilder,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
        execution_plan::{Boundedness, EmissionType},
        metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput as _},
        stream::RecordBatchStreamAdapter,
    },
};

use super::cache::{Columns, Slice, Values};

/// A table whose columns are in memory once they were asked for.
#[derive(Debug)]
pub(super) struct MemoryTable {
    columns: Arc<Columns>,
    schema: SchemaRef,
}

impl MemoryTable {
    pub fn new(columns: Arc<Columns>) -> Self {
        let schema = columns.schema();
        Self { columns, schema }
    }

    /// The slices that may hold rows for a filter.
    fn slices(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<Slice>> {
        let all = &self.columns.slices;
        let Some(filter) = conjunction(filters.to_vec()) else {
            return Ok(all.clone());
        };
        let schema = datafusion::common::DFSchema::try_from(self.schema.as_ref().clone())?;
        let filter = state.create_physical_expr(filter, &schema)?;
        // A filter that says nothing about bounds prunes nothing.
        let Ok(predicate) = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema)).try_build(filter) else {
            return Ok(all.clone());
        };
        let keep = predicate.prune(self.columns.as_ref())?;
        Ok(all.iter().zip(keep).filter(|(_, keep)| *keep).map(|(slice, _)| *slice).collect())
    }
}

#[async_trait]
impl TableProvider for MemoryTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(Statistics { num_rows: Precision::Exact(self.columns.rows()), ..Statistics::new_unknown(&self.schema) })
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let projection = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let columns = Arc::clone(&self.columns);
        let wanted = projection.clone();
        let load = tokio::task::spawn_blocking(move || columns.load(&wanted));
        let values = load.await.map_err(|error| exec_datafusion_err!("{error}"))?.map_err(|error| exec_datafusion_err!("{error}"))?;
        let slices = self.slices(state, filters)?;
        let partitions = state.config().target_partitions().clamp(1, slices.len().max(1));
        let mut parts: Vec<Vec<Slice>> = vec![Vec::new(); partitions];
        let whole = slices.len() == self.columns.slices.len();
        for (i, slice) in slices.into_iter().enumerate() {
            parts[i % partitions].push(slice);
        }
        let schema = Arc::new(self.schema.project(&projection)?);
        Ok(Arc::new(MemoryScan::new(schema, values, parts, whole)))
    }
}

/// The scan of some columns and slices.
#[derive(Clone)]
struct MemoryScan {
    schema: SchemaRef,
    values: Vec<Arc<Values>>,
    parts: Vec<Vec<Slice>>,
    /// Whether nothing was skipped.
    whole: bool,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl MemoryScan {
    fn new(schema: SchemaRef, values: Vec<Arc<Values>>, parts: Vec<Vec<Slice>>, whole: bool) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(parts.len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { schema, values, parts, whole, properties, metrics: ExecutionPlanMetricsSet::new() }
    }

    fn batch(&self, slice: Slice) -> Result<RecordBatch> {
        let columns = self.values.iter().zip(self.schema.fields()).map(|(values, field)| {
            let part = values.files[slice.file].slice(slice.offset, slice.rows);
            if part.data_type() == field.data_type() { Ok(part) } else { cast(&part, field.data_type()) }
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(slice.rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

impl fmt::Debug for MemoryScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryScan({} slices)", self.parts.iter().map(Vec::len).sum::<usize>())
    }
}

impl DisplayAs for MemoryScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl ExecutionPlan for MemoryScan {
    fn name(&self) -> &str {
        "MemoryScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let scan = self.clone();
        let slices = self.parts.get(partition).cloned().unwrap_or_default();
        let batches = slices.into_iter().map(move |slice| scan.batch(slice).record_output(&metrics));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(batches))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let rows = |slices: &Vec<Slice>| slices.iter().map(|slice| slice.rows).sum::<usize>();
        let rows = match partition {
            Some(partition) => self.parts.get(partition).map_or(0, rows),
            None => self.parts.iter().map(rows).sum(),
        };
        let num_rows = if self.whole { Precision::Exact(rows) } else { Precision::Inexact(rows) };
        Ok(Arc::new(Statistics { num_rows, ..Statistics::new_unknown(&self.schema) }))
    }
}
