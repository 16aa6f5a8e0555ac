//! What the terminal shows: tables, progress, errors.

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
};

use domain::{Answer, Status, Table, Value};
use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;
use unicode_width::UnicodeWidthStr;

/// Rows of a table that a terminal shows; the rest is in the JSON.
const SHOWN_ROWS: usize = 30;

/// Sends the log to standard error; `RUST_LOG` decides when set.
pub fn start_log(verbose: bool) {
    let default = if verbose { "info,cloudlens=debug" } else { "error" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

/// Prints a line on standard output. A reader that went away (`| head`) is no error: there is no one left to tell.
pub fn line(line: fmt::Arguments<'_>) {
    text(format_args!("{line}\n"));
}

/// Prints text on standard output as it is.
pub fn text(text: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    let _ = out.write_fmt(text).and_then(|()| out.flush());
}

/// Prints an error with its causes, each once, and its hints last.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    let mut hints = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let mut lines = text.lines().filter(|line| match line.trim().strip_prefix("hint:") {
            Some(hint) => {
                hints.push(hint.trim().to_owned());
                false
            }
            None => true,
        });
        let message = lines.by_ref().collect::<Vec<_>>().join("\n");
        if !message.is_empty() && !said.iter().any(|earlier| earlier.contains(&message)) {
            said.push(message);
        }
    }
    eprintln!("error: {}", said.join(": "));
    hints.dedup();
    for hint in hints {
        eprintln!("hint: {hint}");
    }
    ExitCode::FAILURE
}

/// A bar over bytes that shows what is being done; silent where standard error is not a terminal.
pub fn byte_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<28} [{bar:30}] {bytes}/{total_bytes} {elapsed}");
    bar(style.ok())
}

/// A bar over things counted.
pub fn count_bar(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<28} [{bar:30}] {human_pos}/{human_len} {elapsed}");
    let bar = bar(style.ok());
    bar.set_length(total);
    bar
}

fn bar(style: Option<ProgressStyle>) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Some(style) = style {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Prints an answer for a person.
pub fn print_answer(answer: &Answer) {
    line(format_args!("{}", answer.text));
    if let Some(clarification) = &answer.clarification {
        for (number, option) in clarification.options.iter().enumerate() {
            line(format_args!("  {}. {}  ->  {}", number + 1, option.label, option.question));
        }
    }
    if let Some(table) = &answer.table
        && answer.status == Status::Answered
    {
        line(format_args!("\n{}", render_table(table)));
    }
    for citation in &answer.citations {
        line(format_args!("\n[{}] {} › {}\n    {}", citation.id, citation.title, citation.locator, citation.quote.replace('\n', "\n    ")));
    }
    for change in &answer.changes {
        line(format_args!("\n{} {} {}", change.id, change.action, change.resource_ids.join(", ")));
    }
    if let Some(sql) = &answer.sql {
        line(format_args!("\nSQL  {}", sql.text));
    }
    let terms = &answer.terms;
    let period =
        terms.period.as_ref().map(|period| format!("{} – {}{}", period.start, period.end, if period.partial { " (partial)" } else { "" }));
    let said = [
        terms.cost_basis.clone(),
        terms.currency.clone(),
        period,
        terms.time_zone.clone(),
        (!terms.filters.is_empty()).then(|| terms.filters.join("; ")),
        terms.rows_read.map(|rows| format!("{rows} rows")),
        terms.data_complete_to.as_ref().map(|day| format!("complete to {day}")),
    ];
    let said: Vec<_> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        line(format_args!("\n{}", said.join(" · ")));
    }
    for assumption in &terms.assumptions {
        line(format_args!("{assumption}"));
    }
    line(format_args!("{:?} · {:.0} ms", answer.planner, answer.elapsed_ms));
}

/// A table in columns, numbers to the right, widths as a terminal counts them (a Chinese character takes two).
pub fn render_table(table: &Table) -> String {
    let shown = table.rows.iter().take(SHOWN_ROWS);
    let cells: Vec<Vec<String>> = shown.map(|row| row.iter().map(cell_text).collect()).collect();
    let widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(i, column)| cells.iter().map(|row| row[i].width()).chain([column.label.width()]).max().unwrap_or(0))
        .collect();
    let line = |cells: Vec<(String, bool)>| {
        let padded = cells.into_iter().zip(&widths).map(|((text, right), width)| {
            let pad = " ".repeat(width.saturating_sub(text.width()));
            if right { pad + &text } else { text + &pad }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let numeric: Vec<bool> = table.columns.iter().map(|column| column.column_type.is_numeric()).collect();
    let head = line(table.columns.iter().map(|column| column.label.clone()).zip(numeric.clone()).collect());
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    let mut lines = vec![head, rule];
    lines.extend(cells.into_iter().map(|row| line(row.into_iter().zip(numeric.clone()).collect())));
    if table.rows.len() > SHOWN_ROWS {
        lines.push(format!("… {} rows more", table.rows.len() - SHOWN_ROWS));
    }
    lines.join("\n")
}

fn cell_text(cell: &Value) -> String {
    match cell {
        Value::Decimal(number) => number.round_dp(4).normalize().to_string(),
        Value::Float(number) => format!("{number:.4}"),
        other => other.label(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Column, ColumnType};

    use super::*;

    #[test]
    fn columns_line_up_with_chinese_names() {
        let column = |name: &str, column_type| Column { name: name.into(), label: name.into(), column_type, unit: None };
        let table = Table::new(
            vec![column("ServiceName", ColumnType::String), column("cost", ColumnType::Decimal)],
            vec![
                vec![Value::Text("云服务器".into()), Value::Decimal("12.5".parse().expect("a decimal"))],
                vec![Value::Text("S3".into()), Value::Decimal("3".parse().expect("a decimal"))],
            ],
        );
        assert_eq!(render_table(&table), "ServiceName  cost\n-----------  ----\n云服务器     12.5\nS3              3");
    }
}
