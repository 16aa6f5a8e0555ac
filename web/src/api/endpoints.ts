// The endpoints the page calls besides the chat stream, one function each.
import { request } from "./client";
import type { ChangeRequest, Conversation, ConversationSummary, ServiceStatus } from "./types";

const segment = encodeURIComponent;

export async function listConversations(): Promise<ConversationSummary[]> {
  return (await request<{ conversations: ConversationSummary[] }>("GET", "/conversations")).conversations;
}

export async function createConversation(title: string): Promise<string> {
  return (await request<{ id: string }>("POST", "/conversations", { title })).id;
}

export function getConversation(id: string): Promise<Conversation> {
  return request("GET", `/conversations/${segment(id)}`);
}

export function renameConversation(id: string, title: string): Promise<unknown> {
  return request("PATCH", `/conversations/${segment(id)}`, { title });
}

export function deleteConversation(id: string): Promise<unknown> {
  return request("DELETE", `/conversations/${segment(id)}`);
}

export function cancelRun(id: string): Promise<unknown> {
  return request("POST", `/runs/${segment(id)}/cancel`);
}

export async function listExamples(language: string): Promise<string[]> {
  return (await request<{ questions: string[] }>("GET", `/examples?language=${segment(language)}`)).questions;
}

export function getStatus(): Promise<ServiceStatus> {
  return request("GET", "/status");
}

export function getChange(id: string): Promise<ChangeRequest> {
  return request("GET", `/changes/${segment(id)}`);
}

export type Decision = "approve" | "reject" | "rollback";

export function decideChange(id: string, decision: Decision): Promise<ChangeRequest> {
  return request("POST", `/changes/${segment(id)}/${decision}`);
}

export type Verdict = "up" | "down";

export function sendFeedback(runId: string, verdict: Verdict, comment?: string): Promise<unknown> {
  return request("POST", "/feedback", { run_id: runId, verdict, ...(comment ? { comment } : {}) });
}
