//! A document cut into sections, and long sections into pieces that can be quoted.

use crate::document::Document;

/// A piece longer than this many characters is cut at a blank line or between rows of a table.
const LONGEST: usize = 1_600;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chunk {
    /// The headings above it, outermost first, without the document's own title.
    pub path: Vec<String>,
    /// The text, literally.
    pub text: String,
}

impl Chunk {
    /// The headings as one line; the document's title where the text stands under no other.
    pub fn heading(&self, title: &str) -> String {
        if self.path.is_empty() { title.to_owned() } else { self.path.join(" / ") }
    }
}

/// Cuts a document.
pub(crate) fn chunks(document: &Document) -> Vec<Chunk> {
    sections(&document.body)
        .into_iter()
        .flat_map(|section| pieces(&section.text).into_iter().map(move |text| Chunk { path: section.path.clone(), text }))
        .collect()
}

fn sections(body: &str) -> Vec<Chunk> {
    let mut sections = Vec::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in body.lines() {
        fence = next_fence(fence, line);
        match heading(line).filter(|_| fence.is_none()) {
            Some((level, text)) => {
                push_section(&mut sections, &path, &mut lines);
                path.retain(|(above, _)| *above < level);
                path.push((level, text.to_owned()));
            }
            None => lines.push(line),
        }
    }
    push_section(&mut sections, &path, &mut lines);
    sections
}

fn push_section(sections: &mut Vec<Chunk>, path: &[(usize, String)], lines: &mut Vec<&str>) {
    let text = lines.join("\n").trim_matches('\n').to_owned();
    lines.clear();
    if !text.trim().is_empty() {
        let path = path.iter().filter(|(level, _)| *level > 1).map(|(_, heading)| heading.clone()).collect();
        sections.push(Chunk { path, text });
    }
}

/// The fence a line stands in, which it may open or close.
fn next_fence<'a>(fence: Option<&'a str>, line: &'a str) -> Option<&'a str> {
    let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
    match (fence, mark) {
        (None, opened) => opened,
        (Some(open), Some(mark)) if open == mark => None,
        (open, _) => open,
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?;
    ((1..=6).contains(&level) && text.starts_with([' ', '\t'])).then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for block in blocks(text) {
        match pieces.last_mut() {
            Some(piece) if length(piece) + length(&block) <= LONGEST => {
                piece.push_str("\n\n");
                piece.push_str(&block);
            }
            _ => pieces.push(block),
        }
    }
    pieces
}

/// Paragraphs, lists and tables; a block that is too long on its own is cut between lines, and a table keeps its header.
fn blocks(text: &str) -> Vec<String> {
    if length(text) <= LONGEST {
        return vec![text.to_owned()];
    }
    text.split("\n\n").filter(|block| !block.trim().is_empty()).flat_map(cut_block).collect()
}

fn cut_block(block: &str) -> Vec<String> {
    if length(block) <= LONGEST {
        return vec![block.to_owned()];
    }
    let lines: Vec<&str> = block.lines().collect();
    let header = table_header(&lines);
    let mut cuts = Vec::new();
    let mut cut = header.join("\n");
    for line in &lines[header.len()..] {
        if length(&cut) + length(line) > LONGEST && length(&cut) > length(&header.join("\n")) {
            cuts.push(std::mem::replace(&mut cut, header.join("\n")));
        }
        for part in cut_line(line) {
            if !cut.is_empty() {
                cut.push('\n');
            }
            cut.push_str(&part);
        }
    }
    cuts.push(cut);
    cuts
}

fn table_header<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let is_rule = |line: &str| line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    match lines {
        [head, rule, ..] if head.trim_start().starts_with('|') && is_rule(rule) => vec![head, rule],
        _ => Vec::new(),
    }
}

fn cut_line(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters.chunks(LONGEST).map(|part| part.iter().collect()).collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(body: &str) -> Vec<Chunk> {
        let document = Document::parse("a.md", &format!("---\ntitle: T\n---\n{body}")).expect("a document");
        chunks(&document)
    }

    #[test]
    fn sections_know_the_headings_above_them() {
        let chunks = cut("# T\nlead\n## Stop\n### Steps\n1. look\n## Undo\nstart it");
        let seen: Vec<_> = chunks.iter().map(|chunk| (chunk.heading("T"), chunk.text.as_str())).collect();
        assert_eq!(seen, [("T".to_owned(), "lead"), ("Stop / Steps".to_owned(), "1. look"), ("Undo".to_owned(), "start it")]);
    }

    #[test]
    fn a_hash_in_code_is_no_heading() {
        let chunks = cut("## Run\n```\n# comment\n```\nafter");
        assert_eq!(chunks.len(), 1);
        assert_eq!(chunks[0].text, "```\n# comment\n```\nafter");
    }

    #[test]
    fn a_long_table_keeps_its_header_in_every_piece() {
        let rows: String = (0..200).map(|row| format!("| account-{row} | team {row} |\n")).collect();
        let chunks = cut(&format!("## Map\n| Account | Team |\n|---|---|\n{rows}"));
        assert!(chunks.len() > 2);
        for chunk in &chunks {
            assert!(chunk.text.starts_with("| Account | Team |\n|---|---|\n| account-"), "{}", chunk.text);
            assert!(length(&chunk.text) <= LONGEST + 40);
        }
        assert!(chunks.last().expect("a chunk").text.ends_with("| account-199 | team 199 |"));
    }

    #[test]
    fn nothing_is_lost_when_a_long_section_is_cut() {
        let body: String = (0..300).map(|n| format!("Sentence number {n} of this page.\n\n")).collect();
        let text: String = cut(&body).into_iter().map(|chunk| chunk.text + "\n").collect();
        assert!((0..300).all(|n| text.contains(&format!("number {n} of"))));
    }
}
