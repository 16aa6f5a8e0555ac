//! The nouns every other crate shares: language, money, period, table, chart, scope, question, answer, event, change.
//!
//! Plain data only: no I/O, no async, no clock. What a type means for a person is said beside it.

pub mod answer;
pub mod change;
pub mod chart;
pub mod clarification;
pub mod event;
pub mod language;
pub mod limits;
pub mod money;
pub mod period;
pub mod profile;
pub mod question;
pub mod scope;
pub mod table;

pub use answer::{Answer, Citation, Intent, Planner, SqlNote, Status, Terms, TraceStep, Usage};
pub use change::{Action, ChangeRequest, ChangeStatus, ChangeSummary, Risk};
pub use chart::{Chart, ChartKind, Series};
pub use clarification::{Choice, Clarification};
pub use event::Event;
pub use language::{Language, Text};
pub use limits::Limits;
pub use money::{Currency, Decimal};
pub use period::{Grain, Period, PeriodBasis};
pub use profile::{DataProfile, DimensionValue, ProviderSpan};
pub use question::Question;
pub use scope::{Access, Permission, Scope};
pub use table::{Column, ColumnType, Table, Value};
