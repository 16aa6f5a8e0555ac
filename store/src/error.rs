//! Why the store could not do it.

use domain::ChangeStatus;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing has this id, or not for this owner.
    #[error("`{id}` does not exist")]
    NotFound {
        /// What was looked for.
        id: String,
    },
    /// The change request is somewhere else on its way.
    #[error("change `{id}` is {status:?}, which does not allow this")]
    WrongState {
        /// The change request.
        id: String,
        /// Where it is.
        status: ChangeStatus,
    },
    /// The database file cannot be opened or brought up to date.
    #[error("cannot open the database `{file}`")]
    Open {
        /// The file.
        file: String,
        /// What the engine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database refused a statement.
    #[error("cannot {attempt}")]
    Database {
        /// What was attempted.
        attempt: &'static str,
        /// What the engine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stored value is not what its column holds.
    #[error("column `{column}` holds something else than it should")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What was wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Says what was attempted when the database refuses.
pub(crate) fn failed(attempt: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| StoreError::Database { attempt, source: Box::new(source) }
}
