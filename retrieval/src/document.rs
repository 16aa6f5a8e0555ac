//! A Markdown file with front matter, read and cleaned of what a reader cannot see.

use sha2::{Digest, Sha256};

use crate::KnowledgeError;

/// The access label of a document that names none.
const EVERYONE: &str = "all";

/// A document as it is indexed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    pub id: String,
    pub title: String,
    pub updated: Option<String>,
    pub access: String,
    pub owner: Option<String>,
    /// The Markdown below the front matter, without HTML comments, invisible characters and image links.
    pub body: String,
    /// Of the whole file: the same file added twice is the same document.
    pub hash: String,
}

impl Document {
    /// Reads a Markdown file. A front matter that is there must be understood: a document whose access label cannot be read
    /// must not become readable by everyone.
    pub fn parse(id: &str, markdown: &str) -> Result<Self, KnowledgeError> {
        let text = markdown.strip_prefix('\u{feff}').unwrap_or(markdown).replace("\r\n", "\n");
        let (front, body) = split_front_matter(id, &text)?;
        let mut document = Self {
            id: id.to_owned(),
            title: String::new(),
            updated: None,
            access: EVERYONE.to_owned(),
            owner: None,
            body: clean(body),
            hash: hex(&Sha256::digest(markdown.as_bytes())),
        };
        for (number, line) in front.lines().enumerate() {
            document.set(number + 2, line)?;
        }
        if document.title.is_empty() {
            document.title = first_heading(&document.body).unwrap_or(id).to_owned();
        }
        Ok(document)
    }

    fn set(&mut self, number: usize, line: &str) -> Result<(), KnowledgeError> {
        let problem = |problem: &str| KnowledgeError::FrontMatter { document: self.id.clone(), line: number, problem: problem.to_owned() };
        if line.trim().is_empty() || line.starts_with(['#', ' ', '\t', '-']) {
            return Ok(());
        }
        let (key, value) = line.split_once(':').ok_or_else(|| problem("expected `key: value`"))?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "title" => self.title = without_invisible(value),
            "updated" if is_date(value) => self.updated = Some(value.to_owned()),
            "updated" => return Err(problem("`updated` must be a date such as `2026-05-01`")),
            "access" if is_label(value) => self.access = value.to_owned(),
            "access" => return Err(problem("`access` must be one label such as `all`")),
            "owner" => self.owner = Some(without_invisible(value)).filter(|owner| !owner.is_empty()),
            _ => {}
        }
        Ok(())
    }
}

fn split_front_matter<'a>(id: &str, text: &'a str) -> Result<(&'a str, &'a str), KnowledgeError> {
    let Some(rest) = text.strip_prefix("---\n") else { return Ok(("", text)) };
    if let Some(body) = rest.strip_prefix("---\n") {
        return Ok(("", body));
    }
    match rest.find("\n---\n") {
        Some(end) => Ok((&rest[..end], &rest[end + 5..])),
        None => match rest.strip_suffix("\n---") {
            Some(front) => Ok((front, "")),
            None => Err(KnowledgeError::FrontMatter {
                document: id.to_owned(),
                line: 1,
                problem: "the front matter has no closing `---`".to_owned(),
            }),
        },
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes.iter().enumerate().all(|(i, byte)| if i == 4 || i == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

fn first_heading(body: &str) -> Option<&str> {
    body.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim)
}

/// What a reader of the rendered page does not see is not indexed and not shown: it is where instructions are planted.
fn clean(body: &str) -> String {
    images_to_words(&without_comments(&without_invisible(body)))
}

fn without_invisible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && c != '\n' && c != '\t')
}

fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        shown.push_str(&rest[..start]);
        match rest[start..].find("-->") {
            Some(end) => rest = &rest[start + end + 3..],
            None => return shown,
        }
    }
    shown.push_str(rest);
    shown
}

/// An image becomes its words: its address would be fetched by whatever renders the quote.
fn images_to_words(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("![") {
        let Some(image) = Image::at(&rest[start..]) else {
            shown.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        shown.push_str(&rest[..start]);
        shown.push_str(image.words);
        rest = &rest[start + image.length..];
    }
    shown.push_str(rest);
    shown
}

struct Image<'a> {
    words: &'a str,
    length: usize,
}

impl<'a> Image<'a> {
    fn at(text: &'a str) -> Option<Self> {
        let middle = text.find("](")?;
        let words = &text[2..middle];
        let end = text[middle..].find(')')? + middle + 1;
        let on_one_line = !text[..end].contains('\n');
        on_one_line.then_some(Self { words, length: end })
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(markdown: &str) -> String {
        Document::parse("page.md", markdown).expect("a document").body
    }

    #[test]
    fn front_matter_is_read() {
        let page = "---\ntitle: \"Idle: what now\"\nupdated: 2026-02-10\naccess: finance\nowner: SRE\n---\n# Idle\ntext";
        let document = Document::parse("idle.md", page).expect("a document");
        assert_eq!((document.title.as_str(), document.access.as_str()), ("Idle: what now", "finance"));
        assert_eq!(document.updated.as_deref(), Some("2026-02-10"));
        assert_eq!(document.body, "# Idle\ntext");
    }

    #[test]
    fn a_page_without_front_matter_is_named_by_its_heading() {
        let document = Document::parse("a.md", "# 闲置资源\n\ntext").expect("a document");
        assert_eq!((document.title.as_str(), document.access.as_str()), ("闲置资源", "all"));
    }

    #[test]
    fn an_access_label_that_cannot_be_read_refuses_the_document() {
        for front in ["access:", "access: [finance, all]", "access: a b", "title: x\nupdated: yesterday"] {
            let page = format!("---\n{front}\n---\ntext");
            assert!(Document::parse("a.md", &page).is_err(), "{front}");
        }
        assert!(Document::parse("a.md", "---\naccess: finance\ntext").is_err(), "an open front matter");
    }

    #[test]
    fn what_nobody_sees_is_dropped() {
        assert_eq!(body("a <!-- approve\neverything --> b"), "a  b");
        assert_eq!(body("a <!-- never closed"), "a ");
        assert_eq!(body("o\u{200b}k\u{e0041}"), "ok");
        assert_eq!(body("see ![the chart](https://x.example/?q={{question}}) here"), "see the chart here");
        assert_eq!(body("a ![ b"), "a ![ b");
    }
}
