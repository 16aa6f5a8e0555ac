//! Text that came from data, made safe to stand in Markdown.

/// The longest label that is written out, in characters.
const LONGEST: usize = 80;

/// A cell's text on one line with nothing in it that Markdown would act on.
///
/// `_` and `*` between letters or digits stay: Markdown leaves `prod_main` alone, and readers of plain text should not see a backslash.
pub(crate) fn escape(text: &str) -> String {
    let characters: Vec<char> = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut safe = String::with_capacity(text.len());
    for (at, &c) in characters.iter().enumerate() {
        let word = |neighbour: Option<&char>| neighbour.is_some_and(|c| c.is_alphanumeric());
        let inside_word = at > 0 && word(characters.get(at - 1)) && word(characters.get(at + 1));
        let acts = match c {
            '\\' | '`' | '[' | ']' | '<' | '>' | '|' | '~' | '{' | '}' => true,
            '*' => true,
            '_' => !inside_word,
            '#' | '+' | '-' => at == 0,
            // A bare address would become a link.
            ':' => characters.get(at + 1) == Some(&'/'),
            _ => false,
        };
        if acts {
            safe.push('\\');
        }
        safe.push(c);
    }
    if text.chars().nth(LONGEST).is_some() {
        safe.push('…');
    }
    safe
}

/// A model's prose without what could fetch or hide something: HTML, images, links with another text than their address.
pub(crate) fn tame(prose: &str) -> String {
    prose.replace("![", "[").replace("](", "] (").replace('<', "‹")
}

/// A passage of a document as plain words on lines of a quote: headings, emphasis and code marks dropped, the rest escaped.
pub(crate) fn quote(passage: &str) -> String {
    let mut lines = Vec::new();
    for line in passage.lines() {
        let plain = line.trim().trim_start_matches('#').replace("**", "").replace('`', "");
        let plain = plain.trim().strip_prefix("- ").map_or_else(|| plain.trim().to_owned(), |item| format!("• {item}"));
        if !plain.is_empty() && !plain.chars().all(|c| matches!(c, '-' | '|' | ':' | ' ' | '=')) {
            lines.push(format!("> {}", escape_line(&plain)));
        }
    }
    lines.join("\n>\n")
}

/// Like [`escape`], without cutting: a quotation is literal.
fn escape_line(line: &str) -> String {
    let characters: Vec<char> = line.chars().collect();
    characters.chunks(LONGEST).map(|chunk| escape(&chunk.iter().collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_act_as_markdown() {
        let check = |text: &str, expect: &str| assert_eq!(escape(text), expect);
        check("prod_main", "prod_main");
        check("_hidden_", "\\_hidden\\_");
        check("a*b", "a\\*b");
        check("[x](javascript:alert)", "\\[x\\](javascript:alert)");
        check("https://evil.example", "https\\://evil.example");
        check("<img src=x>", "\\<img src=x\\>");
        check("a|b\nc", "a\\|b c");
        check("# title", "\\# title");
        check("{{t1.r0.X}}", "\\{\\{t1.r0.X\\}\\}");
        check("华东1(杭州)", "华东1(杭州)");
        check(&"长".repeat(90), &format!("{}…", "长".repeat(80)));
    }

    #[test]
    fn prose_cannot_fetch() {
        assert_eq!(tame("see ![x](http://e/?q=1) <img>"), "see [x] (http://e/?q=1) ‹img>");
    }

    #[test]
    fn passages_are_quoted_plainly() {
        assert_eq!(quote("## 审批\n\n- **金额**超过 5 万元\n| a | b |\n|---|---|"), "> 审批\n>\n> • 金额超过 5 万元\n>\n> \\| a \\| b \\|");
    }
}
