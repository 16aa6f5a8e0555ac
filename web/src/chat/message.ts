// A chat message and its parts, and the answer they add up to.
import type { UIMessage } from "ai";
import type {
  Answer,
  AnswerSummary,
  ChangeSummary,
  Chart,
  Citation,
  Clarification,
  Conversation,
  SqlNote,
  Table,
  Terms,
  TraceStep,
} from "../api/types";

/** The `data-*` parts of the stream, without their prefix. */
export type DataParts = {
  sql: SqlNote;
  table: Table;
  chart: Chart;
  terms: Terms;
  citation: Citation;
  clarification: Clarification;
  changes: { changes: ChangeSummary[] };
  "follow-ups": { questions: string[] };
  step: TraceStep;
  answer: AnswerSummary;
};

export type Message = UIMessage<unknown, DataParts>;
type Part = Message["parts"][number];

/** What an answer shows, however far it has come. */
export interface AnswerView {
  text: string;
  sql: SqlNote | null;
  table: Table | null;
  chart: Chart | null;
  terms: Terms | null;
  citations: Citation[];
  clarification: Clarification | null;
  changes: ChangeSummary[];
  followUps: string[];
  steps: TraceStep[];
  /** There once the answer is whole. */
  summary: AnswerSummary | null;
}

export function viewOf(message: Message): AnswerView {
  const view: AnswerView = {
    text: "",
    sql: null,
    table: null,
    chart: null,
    terms: null,
    citations: [],
    clarification: null,
    changes: [],
    followUps: [],
    steps: [],
    summary: null,
  };
  for (const part of message.parts) addPart(view, part);
  return view;
}

function addPart(view: AnswerView, part: Part): void {
  switch (part.type) {
    case "text":
      view.text += (view.text === "" || part.text === "" ? "" : "\n\n") + part.text;
      break;
    case "data-sql":
      view.sql = part.data;
      break;
    case "data-table":
      view.table = part.data;
      break;
    case "data-chart":
      view.chart = part.data;
      break;
    case "data-terms":
      view.terms = part.data;
      break;
    case "data-citation":
      view.citations.push(part.data);
      break;
    case "data-clarification":
      view.clarification = part.data;
      break;
    case "data-changes":
      view.changes.push(...part.data.changes);
      break;
    case "data-follow-ups":
      view.followUps = part.data.questions;
      break;
    case "data-step":
      view.steps.push(part.data);
      break;
    case "data-answer":
      view.summary = part.data;
      break;
    default:
      break;
  }
}

export function questionOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** A stored conversation as the messages its stream would have left. */
export function messagesOf(conversation: Conversation): Message[] {
  return conversation.messages.flatMap(({ id, question, answer }) => {
    const asked: Message = { id: `${id}-question`, role: "user", parts: [{ type: "text", text: question }] };
    return answer === null ? [asked] : [asked, answerMessage(answer)];
  });
}

function answerMessage(answer: Answer): Message {
  const parts: Part[] = [{ type: "text", text: answer.text }];
  if (answer.sql) parts.push({ type: "data-sql", data: answer.sql });
  if (answer.table) parts.push({ type: "data-table", data: answer.table });
  if (answer.chart) parts.push({ type: "data-chart", data: answer.chart });
  if (hasTerms(answer.terms)) parts.push({ type: "data-terms", data: answer.terms });
  for (const citation of answer.citations) parts.push({ type: "data-citation", data: citation });
  if (answer.clarification) parts.push({ type: "data-clarification", data: answer.clarification });
  if (answer.changes.length > 0) parts.push({ type: "data-changes", data: { changes: answer.changes } });
  if (answer.follow_ups.length > 0) parts.push({ type: "data-follow-ups", data: { questions: answer.follow_ups } });
  const { id, status, resolved_question, planner, elapsed_ms } = answer;
  parts.push({ type: "data-answer", data: { id, status, resolved_question, planner, elapsed_ms } });
  return { id: answer.id, role: "assistant", parts };
}

function hasTerms(terms: Terms): boolean {
  return Object.values(terms).some((value) => value !== null && !(Array.isArray(value) && value.length === 0));
}
