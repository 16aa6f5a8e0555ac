//! Conversations and their messages. Every read and write names the owner: what is someone else's does not exist.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;

use crate::{
    Store, StoreError,
    columns::{get, get_json, get_time, json},
    error::failed,
};

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub owner: String,
    /// What the list shows.
    pub title: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last said or it was renamed.
    pub updated_at: Timestamp,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// The run's id, which is the answer's.
    pub id: String,
    /// What was asked.
    pub question: String,
    /// The whole answer; null while it is being made, and for ever when the process ended under it.
    pub answer: serde_json::Value,
    /// When it was asked.
    pub created_at: Timestamp,
}

impl Store {
    /// Stores a new conversation.
    pub async fn insert_conversation(&self, conversation: &Conversation) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO conversations (id, owner, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&conversation.id)
            .bind(&conversation.owner)
            .bind(&conversation.title)
            .bind(conversation.created_at.as_microsecond())
            .bind(conversation.updated_at.as_microsecond())
            .execute(&self.pool)
            .await
            .map_err(failed("store a conversation"))?;
        Ok(())
    }

    /// An owner's conversations, the one last spoken in first.
    pub async fn conversations(&self, owner: &str) -> Result<Vec<Conversation>, StoreError> {
        let rows = sqlx::query("SELECT * FROM conversations WHERE owner = ? ORDER BY updated_at DESC, id DESC")
            .bind(owner)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("list conversations"))?;
        rows.iter().map(conversation).collect()
    }

    /// A conversation of an owner.
    pub async fn conversation(&self, id: &str, owner: &str) -> Result<Conversation, StoreError> {
        let row = sqlx::query("SELECT * FROM conversations WHERE id = ? AND owner = ?")
            .bind(id)
            .bind(owner)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed("read a conversation"))?;
        conversation(&row.ok_or_else(|| StoreError::NotFound { id: id.to_owned() })?)
    }

    /// Gives a conversation another title.
    pub async fn rename_conversation(&self, id: &str, owner: &str, title: &str, now: Timestamp) -> Result<(), StoreError> {
        let renamed = sqlx::query("UPDATE conversations SET title = ?, updated_at = ? WHERE id = ? AND owner = ?")
            .bind(title)
            .bind(now.as_microsecond())
            .bind(id)
            .bind(owner)
            .execute(&self.pool)
            .await
            .map_err(failed("rename a conversation"))?;
        existed(id, renamed.rows_affected())
    }

    /// Removes a conversation with its messages and runs.
    pub async fn delete_conversation(&self, id: &str, owner: &str) -> Result<(), StoreError> {
        let deleted = sqlx::query("DELETE FROM conversations WHERE id = ? AND owner = ?")
            .bind(id)
            .bind(owner)
            .execute(&self.pool)
            .await
            .map_err(failed("delete a conversation"))?;
        existed(id, deleted.rows_affected())
    }

    /// Adds a question and its answer to a conversation, which moves to the top of its owner's list.
    pub async fn add_message(&self, conversation: &str, message: &Message) -> Result<(), StoreError> {
        let attempt = "store a message";
        let mut transaction = self.pool.begin().await.map_err(failed(attempt))?;
        let touched = sqlx::query("UPDATE conversations SET updated_at = ? WHERE id = ?")
            .bind(message.created_at.as_microsecond())
            .bind(conversation)
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempt))?;
        existed(conversation, touched.rows_affected())?;
        sqlx::query("INSERT INTO messages (id, conversation_id, question, answer, created_at) VALUES (?, ?, ?, ?, ?)")
            .bind(&message.id)
            .bind(conversation)
            .bind(&message.question)
            .bind(json("answer", &message.answer)?)
            .bind(message.created_at.as_microsecond())
            .execute(&mut *transaction)
            .await
            .map_err(failed(attempt))?;
        transaction.commit().await.map_err(failed(attempt))
    }

    /// Puts the answer to a question that was added without one.
    pub async fn answer_message(&self, id: &str, answer: &serde_json::Value) -> Result<(), StoreError> {
        let answered = sqlx::query("UPDATE messages SET answer = ? WHERE id = ?")
            .bind(json("answer", answer)?)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(failed("store an answer"))?;
        existed(id, answered.rows_affected())
    }

    /// A conversation's messages, oldest first.
    pub async fn messages(&self, conversation: &str, owner: &str) -> Result<Vec<Message>, StoreError> {
        self.conversation(conversation, owner).await?;
        let rows = sqlx::query("SELECT * FROM messages WHERE conversation_id = ? ORDER BY created_at, id")
            .bind(conversation)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read messages"))?;
        rows.iter().map(message).collect()
    }

    /// The last `limit` questions of a conversation, oldest first: the history of the next one.
    pub async fn questions(&self, conversation: &str, owner: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        self.conversation(conversation, owner).await?;
        let rows = sqlx::query("SELECT question FROM messages WHERE conversation_id = ? ORDER BY created_at DESC, id DESC LIMIT ?")
            .bind(conversation)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read messages"))?;
        rows.iter().rev().map(|row| get(row, "question")).collect()
    }
}

fn existed(id: &str, rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::NotFound { id: id.to_owned() }) } else { Ok(()) }
}

fn conversation(row: &SqliteRow) -> Result<Conversation, StoreError> {
    Ok(Conversation {
        id: get(row, "id")?,
        owner: get(row, "owner")?,
        title: get(row, "title")?,
        created_at: get_time(row, "created_at")?,
        updated_at: get_time(row, "updated_at")?,
    })
}

fn message(row: &SqliteRow) -> Result<Message, StoreError> {
    Ok(Message {
        id: get(row, "id")?,
        question: get(row, "question")?,
        answer: get_json(row, "answer")?,
        created_at: get_time(row, "created_at")?,
    })
}
