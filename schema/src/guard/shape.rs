//! Counts and nesting of a statement, taken from its tokens: a parser must not be the first to meet what is too deep for it.

use sqlparser::{
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan},
};

use super::{
    Dialect, Reason,
    reasons::{Checked, not_allowed, too_large},
};
use crate::Bounds;

/// Refuses a statement that is too large or nested too deeply.
pub(super) fn check(tokens: &[TokenWithSpan], dialect: Dialect, bounds: &Bounds) -> Checked<()> {
    if tokens.len() > bounds.tokens {
        return Err(
            too_large("too_many_tokens", "语句太长", "the statement has too many words", bounds.tokens).at(tokens[bounds.tokens].span)
        );
    }
    let mut shape = Shape::default();
    for (position, token) in tokens.iter().enumerate() {
        if let (Token::Word(word), Some(next), Some(after)) = (&token.token, tokens.get(position + 1), tokens.get(position + 2))
            && word.quote_style.is_none()
            && word.value.eq_ignore_ascii_case("u")
            && next.token == Token::Ampersand
            && matches!(&after.token, Token::Word(quoted) if quoted.quote_style.is_some())
        {
            return Err(Box::new(Reason { code: "unicode_identifier", ..*not_allowed("U& 标识符", "a U& identifier").at(token.span) }));
        }
        shape.add(&token.token, dialect);
        shape.check(bounds).map_err(|reason| reason.at(token.span))?;
    }
    Ok(())
}

/// What is counted on the way through the tokens.
#[derive(Default)]
struct Shape {
    operators: usize,
    parens: usize,
    run_of_parens: usize,
    cases: usize,
    run_of_signs: usize,
    run_of_words: usize,
    /// `ARRAY<`, `STRUCT<` and `MAP<`, which the parser opens without counting.
    open_types: usize,
    after_type: bool,
    selects: usize,
    set_operations: usize,
    joins: usize,
}

impl Shape {
    fn add(&mut self, token: &Token, dialect: Dialect) {
        let was_run = (self.run_of_parens, self.run_of_signs);
        (self.run_of_parens, self.run_of_signs) = (0, 0);
        let after_type = self.after_type;
        self.after_type = matches!(token, Token::Word(word) if matches!(word.keyword, Keyword::ARRAY | Keyword::STRUCT | Keyword::MAP));
        self.open_types += usize::from(after_type && *token == Token::Lt);
        // The parser calls itself for each of `INTERVAL INTERVAL …` without counting.
        self.run_of_words = if matches!(token, Token::Word(word) if !starts_clause(word.keyword)) { self.run_of_words + 1 } else { 0 };
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                self.parens += 1;
                self.run_of_parens = was_run.0 + 1;
                self.run_of_signs = was_run.1;
            }
            Token::RParen | Token::RBracket | Token::RBrace => self.parens = self.parens.saturating_sub(1),
            Token::Comma | Token::Period => {}
            Token::Plus | Token::Minus | Token::Tilde | Token::ExclamationMark => {
                self.operators += 1;
                self.run_of_signs = was_run.1 + 1;
            }
            Token::Word(word) if word.quote_style.is_none() => self.add_word(word.keyword, was_run.1),
            Token::Word(_) | Token::Number(..) | Token::SingleQuotedString(_) => {}
            Token::DoubleQuotedString(_) if dialect == Dialect::MySql => {}
            // Every other token works as an operator somewhere.
            _ => self.operators += 1,
        }
    }

    fn add_word(&mut self, keyword: Keyword, signs: usize) {
        match keyword {
            Keyword::NOT => {
                self.operators += 1;
                self.run_of_signs = signs + 1;
            }
            Keyword::AND
            | Keyword::OR
            | Keyword::XOR
            | Keyword::IS
            | Keyword::IN
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::BETWEEN
            | Keyword::COLLATE
            | Keyword::AT
            | Keyword::DIV
            | Keyword::MOD
            | Keyword::RLIKE
            | Keyword::REGEXP
            | Keyword::SIMILAR
            | Keyword::OVERLAPS
            | Keyword::NOTNULL
            | Keyword::OPERATOR
            | Keyword::MEMBER => self.operators += 1,
            Keyword::CASE => self.cases += 1,
            Keyword::END => self.cases = self.cases.saturating_sub(1),
            Keyword::SELECT | Keyword::VALUES => self.selects += 1,
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS => self.set_operations += 1,
            Keyword::JOIN | Keyword::APPLY => self.joins += 1,
            _ => {}
        }
    }

    fn check(&self, bounds: &Bounds) -> Checked<()> {
        /// Deeper nesting is written by machines; the parser stops a little above it.
        const PARENS: usize = 32;
        const RUN_OF_PARENS: usize = 8;
        const CASES: usize = 12;
        const SIGNS: usize = 8;
        const WORDS: usize = 24;
        const TYPES: usize = 4;
        let deep = |bound| Err(too_large("too_deep", "嵌套太深", "the statement is nested too deeply", bound));
        if self.parens > PARENS {
            return deep(PARENS);
        }
        if self.run_of_parens > RUN_OF_PARENS {
            return deep(RUN_OF_PARENS);
        }
        if self.cases > CASES {
            return deep(CASES);
        }
        if self.run_of_signs > SIGNS {
            return deep(SIGNS);
        }
        if self.run_of_words > WORDS {
            return deep(WORDS);
        }
        if self.open_types > TYPES {
            return deep(TYPES);
        }
        if self.operators > bounds.operators {
            return Err(too_large("too_many_operators", "运算符太多", "the statement has too many operators", bounds.operators));
        }
        if self.selects > bounds.subqueries {
            return Err(too_large("too_many_subqueries", "子查询太多", "the statement has too many subqueries", bounds.subqueries));
        }
        if self.set_operations > bounds.set_operations {
            return Err(too_large(
                "too_many_set_operations",
                "UNION 等集合运算太多",
                "the statement has too many set operations",
                bounds.set_operations,
            ));
        }
        if self.joins > bounds.joins {
            return Err(too_large("too_many_joins", "连接的表太多", "the statement joins too many tables", bounds.joins));
        }
        Ok(())
    }
}

/// Whether a word ends the expression before it, and with it whatever the parser had open.
fn starts_clause(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::SELECT
            | Keyword::FROM
            | Keyword::WHERE
            | Keyword::BY
            | Keyword::HAVING
            | Keyword::ON
            | Keyword::AND
            | Keyword::OR
            | Keyword::JOIN
            | Keyword::LIMIT
    )
}
