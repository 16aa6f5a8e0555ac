//! Counts tokens and cuts what is long to what fits.

/// How many tokens a text is, by the `o200k` vocabulary: close for most models, and never needing the network.
pub fn count_tokens(text: &str) -> usize {
    tiktoken_rs::o200k_base_singleton().count_ordinary(text)
}

/// Tokens that may still be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub usize);

impl Budget {
    /// Takes what a text needs, whether it fits or not.
    pub fn spend(&mut self, text: &str) {
        self.0 = self.0.saturating_sub(count_tokens(text));
    }

    /// Keeps the leading lines of a text that fit and takes what they need; the second value is the number of lines left out.
    pub fn take_lines(&mut self, text: &str) -> (String, usize) {
        let mut kept = String::new();
        let mut lines = text.lines();
        let mut left_out = 0;
        for line in lines.by_ref() {
            let tokens = count_tokens(line) + 1;
            if tokens > self.0 {
                left_out = 1;
                break;
            }
            self.0 -= tokens;
            kept.push_str(line);
            kept.push('\n');
        }
        (kept.trim_end().to_owned(), left_out + lines.count())
    }

    /// Keeps the leading items that fit and takes what they need.
    pub fn take_items(&mut self, items: Vec<String>) -> Vec<String> {
        let mut kept = Vec::new();
        for item in items {
            let tokens = count_tokens(&item) + 2;
            if tokens > self.0 {
                break;
            }
            self.0 -= tokens;
            kept.push(item);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_english_are_counted() {
        assert_eq!(count_tokens(""), 0);
        assert!((1..=3).contains(&count_tokens("cost")));
        assert!((2..=8).contains(&count_tokens("上个月的费用")));
    }

    #[test]
    fn whole_lines_are_kept_from_the_front() {
        let text = "first line\nsecond line\nthird line";
        assert_eq!(Budget(1000).take_lines(text), (text.to_owned(), 0));
        let mut budget = Budget(count_tokens("first line") + 2);
        assert_eq!(budget.take_lines(text), ("first line".to_owned(), 2));
        assert_eq!(Budget(0).take_lines(text), (String::new(), 3));
    }

    #[test]
    fn items_stop_at_the_first_that_does_not_fit() {
        let items = vec!["one".to_owned(), "two words here".to_owned(), "x".to_owned()];
        assert_eq!(Budget(count_tokens("one") + 3).take_items(items), ["one"]);
    }
}
