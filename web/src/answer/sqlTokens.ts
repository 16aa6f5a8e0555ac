// SQL for reading: coloured tokens, and a new line before each clause where the statement comes on one line.

export type TokenKind = "keyword" | "string" | "number" | "plain";

export interface Token {
  kind: TokenKind;
  text: string;
}

const TOKEN = /('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_][A-Za-z0-9_]*)|(\s+)|([^])/g;

const KEYWORDS = new Set(
  (
    "select from where group by order having limit offset as and or not in is null like ilike between case when then else end " +
    "join left right inner outer full cross on using union all distinct with asc desc over partition cast date timestamp " +
    "interval exists true false filter nulls first last extract rows range"
  ).split(" "),
);

const CLAUSES = new Set(["from", "where", "group", "order", "having", "limit", "union", "join", "left", "inner", "cross"]);

export function sqlTokens(sql: string): Token[] {
  const breakLines = !sql.includes("\n");
  const tokens: Token[] = [];
  let depth = 0;
  let previous = "";
  for (const match of sql.matchAll(TOKEN)) {
    const [whole, quoted, number, word] = match;
    if (word !== undefined) {
      const lower = word.toLowerCase();
      const startsClause = CLAUSES.has(lower) && depth === 0 && !(lower === "join" && previous !== "") && tokens.length > 0;
      if (breakLines && startsClause) endLine(tokens);
      tokens.push({ kind: KEYWORDS.has(lower) ? "keyword" : "plain", text: word });
      previous = ["left", "right", "inner", "outer", "full", "cross"].includes(lower) ? lower : "";
    } else {
      if (whole === "(") depth += 1;
      if (whole === ")") depth -= 1;
      tokens.push({ kind: kindOf(quoted, number), text: whole });
    }
  }
  return tokens;
}

function kindOf(quoted: string | undefined, number: string | undefined): TokenKind {
  if (quoted?.startsWith("'")) return "string";
  return number !== undefined ? "number" : "plain";
}

function endLine(tokens: Token[]): void {
  const last = tokens.at(-1);
  if (last && /^\s+$/.test(last.text)) last.text = "\n";
  else tokens.push({ kind: "plain", text: "\n" });
}
