//! What can be typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use domain::Language;
use jiff::Timestamp;

/// CloudLens Copilot: ask your cloud bills, in Chinese or English.
#[derive(Debug, Parser)]
#[command(name = "cloudlens", version, about, propagate_version = true, arg_required_else_help = true)]
pub struct Args {
    /// The folder everything is kept in [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// The settings file [default: ./cloudlens.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Say more on standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the chat page and the API
    Serve(Serve),
    /// Make the demo company and import it
    Demo(Demo),
    /// Import bills (FOCUS CSV, gz, zst, Parquet) or other tables (CSV)
    Ingest(Ingest),
    /// Ask a question, or many
    Ask(Ask),
    /// Add documents and search them
    #[command(subcommand)]
    Knowledge(Knowledge),
    /// List tools, or call one
    #[command(subcommand)]
    Tools(Tools),
    /// List change requests, decide them, undo them
    #[command(subcommand)]
    Changes(Changes),
    /// Check SQL against a model and a policy, without running it
    CheckSql(CheckSql),
    /// Work with semantic models
    #[command(subcommand)]
    Schema(Schema),
    /// Ask questions with known answers and score them
    Eval(Eval),
    /// Say what is configured, reachable and missing, and how to mend it
    Doctor,
    /// Print the settings in force, secrets masked
    Config,
}

/// `cloudlens serve`
#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub address: Option<SocketAddr>,
}

/// `cloudlens demo`
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// About how many charges
    #[arg(long, default_value_t = 60_000)]
    pub charges: u64,
    /// The same seed and clock make the same company
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// The company's clock (RFC 3339); its bills end the day before [default: now]
    #[arg(long)]
    pub now: Option<Timestamp>,
    /// Write the files here and do not import them
    #[arg(long, value_name = "FOLDER")]
    pub files_only: Option<PathBuf>,
}

/// `cloudlens ingest`
#[derive(Debug, ClapArgs)]
pub struct Ingest {
    /// The files; all of them are imported, or none
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The table to import into [default: found by the header]
    #[arg(long)]
    pub table: Option<String>,
    /// Set bad rows aside in this file instead of refusing the import
    #[arg(long, value_name = "FILE", requires = "max_rejects")]
    pub rejects: Option<PathBuf>,
    /// The most rows that may be set aside
    #[arg(long, value_name = "N", requires = "rejects")]
    pub max_rejects: Option<u64>,
    /// Read and check, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// `cloudlens ask`
#[derive(Debug, ClapArgs)]
pub struct Ask {
    /// The question
    #[arg(required_unless_present = "jsonl")]
    pub question: Option<String>,
    /// Print the whole answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Answer every line of this file (`-` reads standard input): {id, question, history?, now?, time_zone?, language?}
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub jsonl: Option<PathBuf>,
    /// When it is asked (RFC 3339) [default: now]
    #[arg(long)]
    pub now: Option<Timestamp>,
    /// Where it is asked, such as Asia/Shanghai
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// The language to answer in [default: the question's]
    #[arg(long)]
    pub language: Option<LanguageArg>,
    /// An earlier question of the conversation; may be repeated, oldest first
    #[arg(long, value_name = "QUESTION")]
    pub history: Vec<String>,
    /// Show which words became what
    #[arg(long)]
    pub explain: bool,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LanguageArg {
    /// Chinese
    Zh,
    /// English
    En,
}

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::Zh => Self::Zh,
            LanguageArg::En => Self::En,
        }
    }
}

/// `cloudlens knowledge`
#[derive(Debug, Subcommand)]
pub enum Knowledge {
    /// Add every Markdown file of a folder, or one file
    Add {
        /// The folder or file
        path: PathBuf,
    },
    /// Search the documents
    Search(KnowledgeSearch),
    /// Answer from the documents
    Ask(KnowledgeSearch),
}

/// `cloudlens knowledge search` and `ask`
#[derive(Debug, ClapArgs)]
pub struct KnowledgeSearch {
    /// What to look for
    #[arg(required_unless_present = "jsonl")]
    pub question: Option<String>,
    /// Take every line of this file (`-` reads standard input): {id, question, asker_access, k?}
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub jsonl: Option<PathBuf>,
    /// Access labels of the asker, such as all,finance [default: every label]
    #[arg(long, value_delimiter = ',')]
    pub access: Vec<String>,
    /// How many passages
    #[arg(short, default_value_t = 5)]
    pub k: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `cloudlens tools`
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// List the tools
    List,
    /// Call one
    Call {
        /// Its name
        name: String,
        /// Its arguments as a JSON object
        #[arg(long, default_value = "{}", value_name = "JSON")]
        args: String,
    },
}

/// `cloudlens changes`
#[derive(Debug, Subcommand)]
pub enum Changes {
    /// List change requests, newest first
    List,
    /// Approve one and carry it out
    Approve {
        /// Its id
        id: String,
    },
    /// Reject one
    Reject {
        /// Its id
        id: String,
    },
    /// Undo one that was carried out
    Rollback {
        /// Its id
        id: String,
    },
}

/// `cloudlens check-sql`
#[derive(Debug, ClapArgs)]
pub struct CheckSql {
    /// The statement
    #[arg(required_unless_present = "jsonl")]
    pub sql: Option<String>,
    /// The semantic model [default: the product's own]
    #[arg(long, value_name = "FILE", requires = "scope")]
    pub schema: Option<PathBuf>,
    /// The policy and the asker [default: the product's own, asked by the owner]
    #[arg(long, value_name = "FILE", requires = "schema")]
    pub scope: Option<PathBuf>,
    /// The dialect, where a line names none
    #[arg(long, default_value = "datafusion")]
    pub dialect: String,
    /// Check every line of this file (`-` reads standard input): {id, dialect?, sql}
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    pub jsonl: Option<PathBuf>,
}

/// `cloudlens schema`
#[derive(Debug, Subcommand)]
pub enum Schema {
    /// Check a model against the standard, and with its policy when one is given
    Check {
        /// The model (YAML or JSON)
        file: PathBuf,
        /// The policy beside it
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
}

/// `cloudlens eval`
#[derive(Debug, ClapArgs)]
pub struct Eval {
    /// Questions with gold results, one JSON object a line
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Ask a running server instead of the data folder
    #[arg(long)]
    pub url: Option<String>,
    /// Fail below this accuracy, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "RATIO")]
    pub min_accuracy: f64,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}
