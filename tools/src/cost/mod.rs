//! Tools about cost: queries of the bills, and waste.

mod find_waste;
mod query_costs;
mod query_sql;
mod run_sql;
mod waste;

pub(crate) use find_waste::FindWaste;
pub(crate) use query_costs::QueryCosts;
pub(crate) use run_sql::RunSql;
