-- The journal: records, events, offset, receipts and snapshots. Personal payloads are ciphertext from this first migration on.
create table area_head (
  area text primary key,
  epoch bigint not null,
  next_position bigint not null,
  head_hash bytea not null,
  state_hash text not null,
  market_time bigint not null
);

create table journal (
  area text not null,
  position bigint not null,
  record_hash bytea not null,
  verdict text not null,
  subject text,
  key_id bigint,
  salt bytea not null,
  ciphertext bytea not null,
  head_hash bytea not null,
  primary key (area, position)
);

create table receipt (
  area text not null,
  record_hash bytea not null,
  position bigint not null,
  verdict text not null,
  refused integer not null,
  primary key (area, record_hash)
);

create table event (
  area text not null,
  position bigint not null,
  index integer not null,
  kind text not null,
  subject text,
  payload bytea not null,
  primary key (area, position, index)
);
create index event_by_kind on event (area, kind, position, index);

create table snapshot (
  area text not null,
  next_position bigint not null,
  state bytea not null,
  hash bytea not null,
  primary key (area, next_position)
);

-- The embedded command log: positions come from the locked head row, so records commit in the order of their positions.
create table command_log_head (area text primary key, next_position bigint not null);
create table command_log (
  area text not null,
  position bigint not null,
  record bytea not null,
  primary key (area, position)
);

create schema vault;
create table vault.member_key (
  key_id bigint generated always as identity primary key,
  subject text not null unique,
  key bytea not null
);
