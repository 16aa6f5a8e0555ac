//! API keys: the hash of each, never the key.

use domain::Scope;
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    columns::{get, get_json, get_time, json},
    error::failed,
};

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name, for people.
    pub name: String,
    /// SHA-256 of the key, hex in lower case.
    pub hash: String,
    /// What its holder may see and do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Stores a new key.
    pub async fn insert_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO api_keys (name, hash, scope, created_at) VALUES (?, ?, ?, ?)")
            .bind(&key.name)
            .bind(&key.hash)
            .bind(json("scope", &key.scope)?)
            .bind(key.created_at.as_microsecond())
            .execute(&self.pool)
            .await
            .map_err(failed("store a key"))?;
        Ok(())
    }

    /// Every key, by name.
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows = sqlx::query("SELECT * FROM api_keys ORDER BY name").fetch_all(&self.pool).await.map_err(failed("read the keys"))?;
        rows.iter()
            .map(|row| {
                Ok(ApiKey {
                    name: get(row, "name")?,
                    hash: get(row, "hash")?,
                    scope: get_json(row, "scope")?,
                    created_at: get_time(row, "created_at")?,
                })
            })
            .collect()
    }

    /// Takes a key away.
    pub async fn delete_key(&self, name: &str) -> Result<(), StoreError> {
        let deleted =
            sqlx::query("DELETE FROM api_keys WHERE name = ?").bind(name).execute(&self.pool).await.map_err(failed("delete a key"))?;
        if deleted.rows_affected() == 0 { Err(StoreError::NotFound { id: name.to_owned() }) } else { Ok(()) }
    }
}
