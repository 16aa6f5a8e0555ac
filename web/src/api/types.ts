// The shapes the server speaks: the serialised forms of the types in `domain`.

export type Status = "answered" | "needs_clarification" | "refused" | "no_data" | "failed";
export type Planner = "grammar" | "verified" | "model";
export type Risk = "low" | "medium" | "high";
export type ChangeStatus =
  | "proposed"
  | "approved"
  | "rejected"
  | "executing"
  | "verified"
  | "failed"
  | "rolled_back";
export type ColumnType = "string" | "integer" | "decimal" | "float" | "boolean" | "date" | "timestamp";

/** A cell. Amounts are exact decimal text, never binary floating point. */
export type Cell = string | number | boolean | null;

export interface Column {
  name: string;
  label: string;
  type: ColumnType;
  /** A currency code, `BillingCurrency` or `Currency` (as that column of the row says), `ratio`, `count`. */
  unit: string | null;
}

export interface Table {
  columns: Column[];
  rows: Cell[][];
  row_count: number;
  truncated: boolean;
}

export interface Chart {
  kind: "line" | "bar" | "stacked_bar";
  title: string;
  /** The column along the axis. */
  x: string;
  series: { column: string; label: string }[];
  /** A label column whose every value becomes a series of its own. */
  split: string | null;
  unit: string | null;
}

export interface SqlNote {
  text: string;
  dialect: string;
  tables: string[];
  elapsed_ms: number;
}

export interface Terms {
  cost_basis: string | null;
  currency: string | null;
  /** The end is exclusive. */
  period: { start: string; end: string; partial?: boolean } | null;
  time_zone: string | null;
  filters: string[];
  rows_read: number | null;
  data_complete_to: string | null;
  derived_columns: string[];
  reconciliation: string | null;
  assumptions?: string[];
}

export interface Citation {
  id: string;
  title: string;
  locator: string;
  quote: string;
  score: number;
}

export interface Clarification {
  question: string;
  options: { label: string; question: string }[];
}

export interface TraceStep {
  step: string;
  tool: string | null;
  elapsed_ms: number;
}

export interface ChangeSummary {
  id: string;
  action: string;
  resource_ids: string[];
  monthly_saving: string | null;
  currency: string | null;
  risk: Risk;
  reversible: boolean;
  status: ChangeStatus;
}

export interface ChangeRequest extends Omit<ChangeSummary, "action"> {
  action: { type: string; instance_type?: string; key?: string; value?: string };
  accounts: string[];
  reason: string;
  dry_run: unknown;
  proposed_by: string;
  decided_by: string | null;
  created_at: string;
  updated_at: string;
  failure: string | null;
}

/** The last data part of a streamed turn. */
export interface AnswerSummary {
  id: string;
  status: Status;
  resolved_question: string | null;
  planner: Planner;
  elapsed_ms: number;
  conversation_id?: string | null;
}

export interface Answer extends AnswerSummary {
  question: string;
  text: string;
  sql: SqlNote | null;
  table: Table | null;
  chart: Chart | null;
  terms: Terms;
  citations: Citation[];
  clarification: Clarification | null;
  changes: ChangeSummary[];
  follow_ups: string[];
}

export interface ConversationSummary {
  id: string;
  title: string;
  updated_at: string;
}

export interface Conversation {
  id: string;
  title: string;
  messages: { id: string; question: string; answer: Answer | null }[];
}

export interface ServiceStatus {
  version: string;
  model: string | null;
  data: { cost_rows: number; complete_to: string | null };
}
