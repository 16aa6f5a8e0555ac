// An answer's Markdown may hold anything a document held: nothing of it may run, load or lead astray.
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { AnswerText } from "./AnswerText";
import { safeLink } from "./safeLink";

const render = (markdown: string) => renderToStaticMarkup(<AnswerText markdown={markdown} />);

describe("markdown", () => {
  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<iframe src="https://evil.example"></iframe>',
    "![pixel](https://evil.example/pixel.png)",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
  ])("%s leaves nothing that acts", (markdown) =>
    expect(render(markdown)).not.toMatch(/<script|<img|<iframe|onerror|href="?(javascript|data)/i));

  test("a picture becomes its description", () => expect(render("![the bill](https://a.example/b.png)")).toContain("the bill"));
  test("links open elsewhere and tell nothing", () =>
    expect(render("[docs](https://example.com/a)")).toContain(
      '<a href="https://example.com/a" target="_blank" rel="noopener noreferrer nofollow">docs</a>',
    ));
  test("tables and bold survive", () => {
    const html = render("**¥1,234.56**\n\n| a | b |\n|---|---|\n| 1 | 2 |");
    expect(html).toContain("<strong>¥1,234.56</strong>");
    expect(html).toContain("<td>1</td>");
  });
});

test.each([
  ["https://example.com", true],
  ["HTTP://example.com", true],
  ["/api/v1/docs", true],
  ["policies/tagging.md", true],
  ["a/b:c", true],
  ["javascript:alert(1)", false],
  [" JaVaScRiPt:alert(1)", false],
  ["java\nscript:alert(1)", false],
  ["data:text/html,x", false],
  ["mailto:a@b.c", false],
  ["vbscript:x", false],
  ["//evil.example", false],
  ["/\\evil.example", false],
  ["#/c/1", false],
])("link %s may be followed: %s", (address, allowed) => expect(safeLink(address) !== "").toBe(allowed));
