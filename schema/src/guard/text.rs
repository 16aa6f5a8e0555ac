//! From text to tokens: what surrounds a statement is taken off, characters that could deceive are refused, size is bounded before anything is parsed.

use domain::language::is_han;
use sqlparser::{
    dialect::{Dialect as Grammar, GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    keywords::Keyword,
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace, Word},
};

use super::{
    Dialect, Reason,
    reasons::{Checked, not_a_query, not_allowed, show, too_large},
    shape,
};
use crate::Bounds;

/// The parser's grammar of a dialect; the embedded engine's own parser uses the generic one.
pub(super) fn grammar(dialect: Dialect) -> &'static dyn Grammar {
    match dialect {
        Dialect::DataFusion => &GenericDialect {},
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::MySql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    }
}

/// The tokens of one statement without blanks and comments.
pub(super) fn tokens(sql: &str, dialect: Dialect, bounds: &Bounds, rewrites: &mut Vec<Reason>) -> Checked<Vec<TokenWithSpan>> {
    if sql.len() > bounds.bytes {
        return Err(too_large("too_long", "语句太长", "the statement is too long", format!("{} bytes", bounds.bytes)));
    }
    let sql = unwrap(sql, rewrites);
    refuse_deceptive(&sql)?;
    refuse_raw(&sql, dialect)?;
    let all = Tokenizer::new(grammar(dialect), &sql).tokenize_with_location().map_err(|error| {
        Reason::new("syntax_error", "SQL 语法有误,无法切分", format!("cannot be read: {}", plain(&error.message)))
            .at_location(error.location)
    })?;
    refuse_blanks(&sql, &all)?;
    let mut kept = Vec::with_capacity(all.len() / 2 + 1);
    let mut comment = None;
    for token in all {
        match &token.token {
            Token::Whitespace(Whitespace::Space | Whitespace::Newline | Whitespace::Tab) | Token::EOF => {}
            Token::Whitespace(Whitespace::SingleLineComment { .. }) => comment = Some(token.span),
            Token::Whitespace(Whitespace::MultiLineComment(text)) => {
                if text.contains("/*") {
                    let reason = Reason::new(
                        "ambiguous_comment",
                        "注释里套着注释,各数据库读法不同",
                        "a comment within a comment is read differently by databases",
                    );
                    return Err(reason.at(token.span).hint("请去掉注释", "remove the comment"));
                }
                comment = Some(token.span);
            }
            _ => {
                check_token(&token, bounds)?;
                kept.push(token);
            }
        }
    }
    if let Some(span) = comment {
        rewrites.push(*Reason::new("comment_removed", "已去掉注释", "comments were removed").at(span));
    }
    strip_semicolon(&mut kept, rewrites)?;
    shape::check(&kept, dialect, bounds)?;
    Ok(kept)
}

/// A parser's message without the place that the reason carries already, and without the text it quotes.
pub(super) fn plain(message: &str) -> String {
    let message = message.split(" at Line:").next().unwrap_or(message);
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    match message.split_once(", found: ") {
        Some((expected, found)) => format!("{expected}, found: {}", show(found)),
        None => message.chars().take(120).collect(),
    }
}

/// Replaces a byte-order mark and a code fence by blanks, so that places stay what they were.
fn unwrap(sql: &str, rewrites: &mut Vec<Reason>) -> String {
    let mut text = sql.to_owned();
    if let Some(rest) = sql.strip_prefix('\u{feff}') {
        text = format!(" {rest}");
        rewrites.push(*Reason::new("bom_removed", "已去掉开头的字节序标记", "the byte-order mark was removed"));
    }
    let trimmed = text.trim();
    if let Some(inner) = trimmed.strip_prefix("```") {
        let start = text.len() - text.trim_start().len();
        let word = inner.chars().take_while(char::is_ascii_alphanumeric).count();
        let mut blanked = " ".repeat(start + 3 + word) + &inner[word..];
        if let Some(body) = blanked.trim_end().strip_suffix("```") {
            blanked = body.to_owned();
        }
        // The blanks stand for everything before the statement, so newlines among them are kept.
        let lead: String = text[..start].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        text = lead + &blanked[start..];
        rewrites.push(*Reason::new("fence_removed", "已去掉代码围栏", "the code fence was removed"));
    }
    text
}

/// Refuses characters that are not seen, or that turn the direction of what is seen.
fn refuse_deceptive(sql: &str) -> Checked<()> {
    if sql.is_ascii() && !sql.bytes().any(|b| b.is_ascii_control() && !matches!(b, b'\t' | b'\n' | b'\r')) {
        return Ok(());
    }
    let (mut line, mut column) = (1, 1);
    for c in sql.chars() {
        if is_deceptive(c) {
            let code = u32::from(c);
            let reason = Reason::new(
                "invisible_character",
                format!("含有不可见或控制字符 U+{code:04X}"),
                format!("holds the invisible or control character U+{code:04X}"),
            );
            return Err(reason.at_location(Location { line, column }).hint("请删除该字符", "delete the character"));
        }
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    Ok(())
}

fn is_deceptive(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// Refuses what the lexers of databases read differently.
fn refuse_raw(sql: &str, dialect: Dialect) -> Checked<()> {
    if let Some(at) = sql.find("/*!").or_else(|| sql.find("/*M!")) {
        let reason = not_allowed("可执行注释", "an executable comment");
        return Err(Box::new(Reason { code: "executable_comment", ..*reason.at_location(location(sql, at)) }));
    }
    if dialect == Dialect::MySql
        && let Some(at) = sql.find('\\')
    {
        let reason =
            Reason::new("ambiguous_escape", "反斜杠的含义取决于数据库设置", "what a backslash means depends on the server's settings");
        return Err(reason
            .at_location(location(sql, at))
            .hint("请不用反斜杠,LIKE 可用 ESCAPE '!'", "write it without a backslash; LIKE takes ESCAPE '!'"));
    }
    Ok(())
}

/// Blanks other than the ASCII ones may stand in texts only: databases do not agree on whether they separate words.
fn refuse_blanks(sql: &str, tokens: &[TokenWithSpan]) -> Checked<()> {
    if sql.is_ascii() {
        return Ok(());
    }
    for (at, c) in sql.char_indices().filter(|(_, c)| c.is_whitespace() && !c.is_ascii()) {
        let place = location(sql, at);
        let in_text = tokens.iter().any(|token| {
            matches!(
                token.token,
                Token::SingleQuotedString(_)
                    | Token::DoubleQuotedString(_)
                    | Token::Whitespace(Whitespace::MultiLineComment(_) | Whitespace::SingleLineComment { .. })
            ) && (token.span.start.line, token.span.start.column) <= (place.line, place.column)
                && (place.line, place.column) < (token.span.end.line, token.span.end.column)
        });
        if !in_text {
            let code = u32::from(c);
            let reason =
                Reason::new("unusual_blank", format!("含有非常规空白 U+{code:04X}"), format!("holds the unusual blank U+{code:04X}"));
            return Err(reason.at_location(place).hint("请换成普通空格", "use a plain space"));
        }
    }
    Ok(())
}

fn location(sql: &str, at: usize) -> Location {
    let before = &sql[..at];
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u64 + 1;
    Location { line, column }
}

/// Checks what a token says by itself.
fn check_token(token: &TokenWithSpan, bounds: &Bounds) -> Checked<()> {
    let literal = match &token.token {
        Token::Word(word) => return check_word(word, token),
        Token::Char(c) => {
            let shown = if c.is_alphanumeric() || c.is_ascii_graphic() || !c.is_ascii() { c.to_string() } else { "…".to_owned() };
            let reason = Reason::new(
                "unexpected_character",
                format!("SQL 里不应出现字符 `{shown}`"),
                format!("the character `{shown}` has no place in SQL"),
            );
            return Err(reason.at(token.span).hint("请使用半角标点", "use ASCII punctuation"));
        }
        Token::Placeholder(_) => {
            let reason = Reason::new("placeholder", "占位符没有绑定值", "a placeholder has no value");
            return Err(reason.at(token.span).hint("请写出具体的值", "write the value"));
        }
        Token::Number(text, _) if text.len() > 60 => text,
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text,
        _ => return Ok(()),
    };
    let bound = if matches!(token.token, Token::Number(..)) { 60 } else { bounds.literal };
    if literal.len() > bound {
        return Err(too_large("literal_too_long", "字面量太长", "a literal is too long", format!("{bound} bytes")).at(token.span));
    }
    Ok(())
}

/// Names are ASCII or Chinese: letters of other scripts look like Latin ones and are not.
fn check_word(word: &Word, token: &TokenWithSpan) -> Checked<()> {
    if word.value.len() > 128 {
        return Err(too_large("name_too_long", "名称太长", "a name is too long", "128 bytes").at(token.span));
    }
    let quoted = word.quote_style.is_some();
    for c in word.value.chars() {
        let fine = c.is_ascii_alphanumeric()
            || c == '_'
            || is_han(c)
            || (quoted && ((c.is_ascii_graphic() || c == ' ') || (!c.is_alphabetic() && !c.is_control())));
        if fine {
            continue;
        }
        let reason = match c {
            '@' => Reason::new("session_variable", "不允许使用会话变量", "session variables are not allowed"),
            c if c.is_ascii() => {
                Reason::new("unexpected_character", format!("名称里不应出现 `{c}`"), format!("`{c}` has no place in a name"))
            }
            c => {
                let code = u32::from(c);
                Reason::new(
                    "homoglyph",
                    format!("名称里的字符 U+{code:04X} 容易与拉丁字母混淆"),
                    format!("the character U+{code:04X} in a name can be taken for another"),
                )
            }
        };
        return Err(reason
            .at(token.span)
            .hint("请使用英文字母、数字、下划线或汉字", "use ASCII letters, digits, underscores or Chinese characters"));
    }
    Ok(())
}

fn strip_semicolon(tokens: &mut Vec<TokenWithSpan>, rewrites: &mut Vec<Reason>) -> Checked<()> {
    let mut stripped = None;
    while let Some(last) = tokens.pop_if(|token| token.token == Token::SemiColon) {
        stripped = Some(last.span);
    }
    let Some(first) = tokens.first() else {
        return Err(Reason::new("empty", "没有可执行的语句", "there is no statement").hint("请写一条 SELECT", "write a SELECT"));
    };
    if let Some(second) = tokens.iter().find(|token| token.token == Token::SemiColon) {
        let reason = Reason::new("multiple_statements", "一次只能执行一条语句", "only one statement can be run at a time");
        return Err(reason.at(second.span).hint("请只保留一条 SELECT", "keep a single SELECT"));
    }
    let starts_query = match &first.token {
        Token::LParen => true,
        Token::Word(word) => word.quote_style.is_none() && matches!(word.keyword, Keyword::SELECT | Keyword::WITH | Keyword::VALUES),
        _ => false,
    };
    if !starts_query {
        return Err(not_a_query(first.span));
    }
    if let Some(span) = stripped {
        rewrites.push(*Reason::new("semicolon_removed", "已去掉末尾分号", "the trailing semicolon was removed").at(span));
    }
    Ok(())
}
