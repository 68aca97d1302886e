-- A vault in the manner of Vaultwarden: diesel migrations by hand, keys of text, columns added later.
CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE users (
  uuid           TEXT     NOT NULL PRIMARY KEY,
  created_at     DATETIME NOT NULL,
  updated_at     DATETIME NOT NULL,
  email          TEXT     NOT NULL UNIQUE,
  name           TEXT     NOT NULL,
  password_hash  BLOB     NOT NULL,
  salt           BLOB     NOT NULL,
  password_iterations INTEGER NOT NULL,
  password_hint  TEXT,
  akey           TEXT     NOT NULL,
  security_stamp TEXT     NOT NULL,
  equivalent_domains TEXT NOT NULL,
  client_kdf_type INTEGER NOT NULL DEFAULT 0, client_kdf_iter INTEGER NOT NULL DEFAULT 100000
, verified_at DATETIME DEFAULT NULL, last_verifying_at DATETIME DEFAULT NULL, login_verify_count INTEGER NOT NULL DEFAULT 0, enabled BOOLEAN NOT NULL DEFAULT 1, stamp_exception TEXT DEFAULT NULL, api_key VARCHAR(255), avatar_color TEXT);
CREATE TABLE organizations (uuid VARCHAR(40) NOT NULL PRIMARY KEY, name TEXT NOT NULL, billing_email TEXT NOT NULL, private_key TEXT);
CREATE TABLE folders (uuid TEXT NOT NULL PRIMARY KEY, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, user_uuid TEXT NOT NULL REFERENCES users (uuid), name TEXT NOT NULL);
CREATE TABLE "ciphers" (
  uuid              TEXT     NOT NULL PRIMARY KEY,
  created_at        DATETIME NOT NULL,
  updated_at        DATETIME NOT NULL,
  user_uuid         TEXT     REFERENCES users (uuid),
  organization_uuid TEXT     REFERENCES organizations (uuid),
  atype             INTEGER  NOT NULL,
  name              TEXT     NOT NULL,
  fields            TEXT,
  data              TEXT     NOT NULL,
  deleted_at DATETIME, reprompt INTEGER, key TEXT);
CREATE TABLE attachments (id TEXT NOT NULL PRIMARY KEY, cipher_uuid TEXT NOT NULL REFERENCES ciphers (uuid), file_name TEXT NOT NULL, file_size INTEGER NOT NULL, akey TEXT);
CREATE TABLE folders_ciphers (cipher_uuid TEXT NOT NULL REFERENCES ciphers (uuid), folder_uuid TEXT NOT NULL REFERENCES folders (uuid), PRIMARY KEY (cipher_uuid, folder_uuid));
CREATE TABLE favorites (user_uuid TEXT NOT NULL REFERENCES users(uuid), cipher_uuid TEXT NOT NULL REFERENCES ciphers(uuid), PRIMARY KEY (user_uuid, cipher_uuid));
CREATE TABLE devices (uuid TEXT NOT NULL, created_at DATETIME NOT NULL, user_uuid TEXT NOT NULL, name TEXT NOT NULL, atype INTEGER NOT NULL, push_uuid TEXT, refresh_token TEXT NOT NULL, PRIMARY KEY(uuid, user_uuid), FOREIGN KEY(user_uuid) REFERENCES users(uuid));
CREATE TABLE emergency_access (uuid TEXT NOT NULL PRIMARY KEY, grantor_uuid TEXT REFERENCES users (uuid), grantee_uuid TEXT REFERENCES users (uuid), email TEXT, atype INTEGER NOT NULL, wait_time_days INTEGER NOT NULL, recovery_initiated_at DATETIME);
CREATE TABLE twofactor_incomplete (user_uuid TEXT NOT NULL REFERENCES users(uuid), device_uuid TEXT NOT NULL, login_time DATETIME NOT NULL, PRIMARY KEY (user_uuid, device_uuid));
CREATE TABLE event (uuid TEXT NOT NULL PRIMARY KEY, event_type INTEGER NOT NULL, user_uuid TEXT, event_date DATETIME NOT NULL, UNIQUE (uuid));
CREATE TABLE invitations (email TEXT NOT NULL PRIMARY KEY);
CREATE TABLE sso_nonce (state TEXT NOT NULL PRIMARY KEY, nonce TEXT NOT NULL, redirect_uri TEXT NOT NULL, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
