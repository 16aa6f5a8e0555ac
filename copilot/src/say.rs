//! What the copilot says when there is no answer: what happened, and what the person can do.

use domain::{Language, Text};

/// A question that is too long to read.
pub(crate) fn too_long(limit: usize) -> Text {
    let kb = limit / 1024;
    Text::new(
        format!("问题太长了(上限 {kb} KB),没有处理。请用一两句话说明要查什么,例如时间、服务和账号。"),
        format!(
            "The question is too long (the limit is {kb} KB) and was not read. Please say in a sentence or two what you want to know: the time, the service, the account."
        ),
    )
}

/// Nothing was asked.
pub(crate) fn empty() -> Text {
    Text::new("请输入要问的问题。", "Please type a question.")
}

/// The asker may not ask.
pub(crate) fn forbidden() -> Text {
    Text::new("你没有提问的权限,请联系管理员。", "You may not ask questions here; please ask an administrator for access.")
}

/// The person stopped the turn.
pub(crate) fn stopped() -> Text {
    Text::new("已停止。", "Stopped.")
}

/// Something broke that nobody foresaw.
pub(crate) fn broken() -> Text {
    Text::new(
        "处理这个问题时程序出错了,没有得到结果。请稍后再试;如果仍然出错,请把运行编号告诉管理员。",
        "Something went wrong while answering and there is no result. Please try again; if it happens again, give the run's id to an administrator.",
    )
}

/// The data cannot be read.
pub(crate) fn data_unreadable() -> Text {
    Text::new(
        "账单数据暂时读不出来。请稍后再试,或让管理员运行 `cloudlens doctor` 检查数据目录。",
        "The bills cannot be read at the moment. Please try again later, or have an administrator run `cloudlens doctor` to check the data folder.",
    )
}

/// There are no bills yet.
pub(crate) fn no_bills() -> Text {
    Text::new(
        "还没有导入账单,所以没有数据可查。请先运行 `cloudlens ingest 账单文件` 导入,或用 `cloudlens demo` 生成示例数据。",
        "No bills have been imported yet, so there is nothing to query. Run `cloudlens ingest FILE` first, or `cloudlens demo` for sample data.",
    )
}

/// The query ran and found nothing.
pub(crate) fn nothing_found(what: &str, span: Option<(String, String)>, language: Language) -> String {
    let span = span.map(|(from, to)| match language {
        Language::Zh => format!("现有账单从 {from} 到 {to}。"),
        Language::En => format!(" The bills go from {from} to {to}."),
    });
    match language {
        Language::Zh => format!("没有查到数据:{what}。{}可以换一个时间段,或检查筛选条件。", span.unwrap_or_default()),
        Language::En => format!("No data were found: {what}.{} Try another period, or check the filters.", span.unwrap_or_default()),
    }
}

/// What was not understood, and what can be asked.
pub(crate) fn not_understood(words: &[String], language: Language) -> String {
    let quoted: Vec<_> = words.iter().take(6).map(|word| crate::compose::markdown::escape(word)).collect();
    match (language, quoted.is_empty()) {
        (Language::Zh, true) => "这个问题现在还回答不了。".to_owned(),
        (Language::Zh, false) => {
            format!("没有听懂问题里的这些词:{}。", quoted.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join("、"))
        }
        (Language::En, true) => "I cannot answer this question yet.".to_owned(),
        (Language::En, false) => {
            format!(
                "I did not understand these words of the question: {}.",
                quoted.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// What can be asked instead.
pub(crate) fn examples(examples: &[String], language: Language) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let list: Vec<_> = examples.iter().map(|example| format!("- {example}")).collect();
    let head = language.pick("可以这样问:", "You can ask, for example:");
    format!("\n\n{head}\n{}", list.join("\n"))
}

/// The documents hold nothing for it.
pub(crate) fn no_passage(language: Language) -> &'static str {
    language.pick(
        "在你能查看的文档里没有找到相关内容。可以换个说法,或请管理员把文档加进知识库(`cloudlens knowledge add 目录`)。",
        "Nothing on this was found in the documents you may read. Try other words, or ask an administrator to add the documents (`cloudlens knowledge add DIR`).",
    )
}

/// The model's own statement that nothing was looked up.
pub(crate) fn without_evidence(language: Language) -> &'static str {
    language.pick(
        "(以上由语言模型作答,没有查询账单或文档。)",
        "(Answered by the language model without looking at the bills or the documents.)",
    )
}

/// Why the model's words were left out.
pub(crate) fn replaced(language: Language) -> &'static str {
    language.pick(
        "(语言模型的说明里有无法核对的数字,已改为系统按查询结果写的说明。)",
        "(The language model's words held numbers that could not be verified; this text was written from the query's result instead.)",
    )
}

/// The model did not get to an answer, and why.
pub(crate) fn model_failed(reason: ModelFailure, language: Language) -> &'static str {
    match reason {
        ModelFailure::Slow => language.pick(
            "语言模型没有在规定时间内回应。请稍后再试,或换成下面这类内置支持的问法。",
            "The language model did not answer in time. Try again later, or ask in one of the built-in ways below.",
        ),
        ModelFailure::Down => language.pick(
            "语言模型暂时连不上。请稍后再试,或让管理员运行 `cloudlens doctor` 检查模型配置。",
            "The language model cannot be reached. Try again later, or have an administrator check its configuration with `cloudlens doctor`.",
        ),
        ModelFailure::Wrong => language.pick(
            "语言模型没有给出能核对的回答,所以没有采用。请换个说法再问。",
            "The language model gave no answer that could be verified, so it was not used. Please ask in other words.",
        ),
        ModelFailure::Sql => language.pick(
            "语言模型写的查询两次都没有通过安全检查,没有执行。请把问题说得更具体些,或换个问法。",
            "The query the language model wrote was refused by the safety check twice and was not run. Please be more specific or ask in another way.",
        ),
    }
}

/// How a model let the copilot down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelFailure {
    /// No answer in time.
    Slow,
    /// No connection, no permission, or too many failures lately.
    Down,
    /// An answer that is none, or that cannot be verified.
    Wrong,
    /// SQL that the guard refused twice.
    Sql,
}
