-- The service's own state. Only what SQLite, PostgreSQL and MySQL share: VARCHAR keys, times as microseconds since 1970 (UTC),
-- JSON as text, decimals as text, ids made by the caller.

CREATE TABLE conversations (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    owner VARCHAR(200) NOT NULL,
    title VARCHAR(400) NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX conversations_by_owner ON conversations (owner, updated_at);

CREATE TABLE messages (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    conversation_id VARCHAR(64) NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX messages_by_conversation ON messages (conversation_id, created_at);

CREATE TABLE runs (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    conversation_id VARCHAR(64),
    owner VARCHAR(200) NOT NULL,
    state VARCHAR(20) NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX runs_by_state ON runs (state);

CREATE TABLE run_events (
    run_id VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (run_id, seq),
    FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
);

CREATE TABLE changes (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    action VARCHAR(40) NOT NULL,
    action_detail TEXT NOT NULL,
    resource_ids TEXT NOT NULL,
    accounts TEXT NOT NULL,
    reason TEXT NOT NULL,
    monthly_saving VARCHAR(64),
    currency VARCHAR(10),
    risk VARCHAR(20) NOT NULL,
    reversible BOOLEAN NOT NULL,
    dry_run TEXT NOT NULL,
    status VARCHAR(20) NOT NULL,
    proposed_by VARCHAR(200) NOT NULL,
    decided_by VARCHAR(200),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    failure TEXT
);
CREATE INDEX changes_by_status ON changes (status, created_at);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    actor VARCHAR(200) NOT NULL,
    action VARCHAR(80) NOT NULL,
    subject VARCHAR(200) NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, seq);

CREATE TABLE feedback (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    run_id VARCHAR(64) NOT NULL,
    owner VARCHAR(200) NOT NULL,
    helpful BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX feedback_by_run ON feedback (run_id);

CREATE TABLE model_usage (
    run_id VARCHAR(64) NOT NULL PRIMARY KEY,
    owner VARCHAR(200) NOT NULL,
    model VARCHAR(200) NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    cost VARCHAR(64),
    used_at BIGINT NOT NULL
);
CREATE INDEX model_usage_by_time ON model_usage (used_at);

CREATE TABLE api_keys (
    name VARCHAR(200) NOT NULL PRIMARY KEY,
    hash VARCHAR(64) NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
