-- The archive's tables as its own migrations make them (archive-service/migrations, 000001 and 000002, at the commit that
-- the catalogue names). Here to be copied by tests; the archive makes them itself.
CREATE TABLE last_files (
  id VARCHAR(36) PRIMARY KEY,
  file_path TEXT NOT NULL,
  success_rate FLOAT NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  metadata JSONB,
  atlas_id VARCHAR(36),
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_last_files_status ON last_files (status);
CREATE INDEX idx_last_files_timestamp ON last_files (timestamp);
CREATE INDEX idx_last_files_success_rate ON last_files (success_rate);

CREATE TABLE atlas_entries (
  id VARCHAR(36) PRIMARY KEY,
  last_file_id VARCHAR(36) NOT NULL REFERENCES last_files (id),
  file_path TEXT NOT NULL,
  success_rate FLOAT NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  metadata JSONB,
  tags TEXT[],
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_atlas_entries_last_file_id ON atlas_entries (last_file_id);
CREATE INDEX idx_atlas_entries_status ON atlas_entries (status);
CREATE INDEX idx_atlas_entries_timestamp ON atlas_entries (timestamp);
CREATE INDEX idx_atlas_entries_success_rate ON atlas_entries (success_rate);
CREATE INDEX idx_atlas_entries_tags ON atlas_entries USING GIN (tags);
CREATE INDEX idx_atlas_entries_metadata ON atlas_entries USING GIN (metadata);
