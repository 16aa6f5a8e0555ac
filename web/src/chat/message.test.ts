// What a stored conversation looks like on the screen: the same as the stream that made it.
import { expect, test } from "vitest";
import type { Answer, Conversation } from "../api/types";
import { messagesOf, viewOf, type Message } from "./message";
import { turnsOf } from "./turns";

const answer: Answer = {
  id: "run-1",
  question: "上个月花了多少?",
  status: "answered",
  resolved_question: null,
  planner: "grammar",
  elapsed_ms: 12,
  text: "上个月共 **¥1.23万**。",
  sql: null,
  table: { columns: [{ name: "cost", label: "费用", type: "decimal", unit: "CNY" }], rows: [["12345.67"]], row_count: 1, truncated: false },
  chart: null,
  terms: {
    cost_basis: "BilledCost",
    currency: "CNY",
    period: null,
    time_zone: null,
    filters: [],
    rows_read: 3,
    data_complete_to: null,
    derived_columns: [],
    reconciliation: null,
  },
  citations: [],
  clarification: null,
  changes: [],
  follow_ups: ["按产品拆分"],
};

const streamed: Message = {
  id: "run-1",
  role: "assistant",
  parts: [
    { type: "step-start" },
    { type: "text", text: answer.text },
    { type: "data-table", id: "table", data: answer.table! },
    { type: "data-terms", id: "terms", data: answer.terms },
    { type: "data-follow-ups", id: "follow-ups", data: { questions: answer.follow_ups } },
    {
      type: "data-answer",
      id: "answer",
      data: { id: "run-1", status: "answered", resolved_question: null, planner: "grammar", elapsed_ms: 12 },
    },
  ],
};

const conversation = (last: Answer | null): Conversation => ({
  id: "c",
  title: "",
  messages: [
    { id: "run-1", question: answer.question, answer },
    { id: "run-2", question: "那AWS呢?", answer: last },
  ],
});

test("a stored answer is shown as it was streamed", () => {
  const stored = messagesOf(conversation(null)).find((message) => message.role === "assistant");
  expect(stored && viewOf(stored)).toEqual(viewOf(streamed));
});

test("terms without content are not shown", () => {
  const bare: Answer = {
    ...answer,
    terms: { ...answer.terms, cost_basis: null, currency: null, rows_read: null, assumptions: [] },
  };
  const [, message] = messagesOf({ ...conversation(null), messages: [{ id: "run-1", question: "", answer: bare }] });
  expect(message && viewOf(message).terms).toBeNull();
});

test("a question whose answer is being made stands without one", () => {
  const turns = turnsOf(messagesOf(conversation(null)));
  expect(turns.map((turn) => [turn.question, turn.answer?.id])).toEqual([
    [answer.question, "run-1"],
    ["那AWS呢?", undefined],
  ]);
});
