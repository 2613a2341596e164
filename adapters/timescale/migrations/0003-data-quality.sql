-- Data quality by metering point. The state has a new form: it is rebuilt from the journal, of which a snapshot is a cache.
delete from snapshot;

alter table metering_point
  add column source text not null default 'device',
  add column retired_at bigint not null default 0,
  add column clock_time bigint not null default 0,
  add column clock_offset bigint not null default 0;

-- Why a version of an interval value is looked at twice; version 0: before there was a value.
create table interval_flag (
  area text not null,
  metering_point text not null,
  period bigint not null,
  version integer not null,
  flag text not null,
  position bigint not null,
  primary key (area, metering_point, period, version, flag)
);

-- How a version of an interval value was estimated.
create table interval_estimate (
  area text not null,
  metering_point text not null,
  period bigint not null,
  version integer not null,
  method text not null,
  primary key (area, metering_point, period, version)
);

-- Who edited an interval value, and why.
create table interval_edit (
  area text not null,
  metering_point text not null,
  period bigint not null,
  version integer not null,
  before_wh bigint not null,
  after_wh bigint not null,
  who text not null,
  why text not null,
  position bigint not null,
  primary key (area, metering_point, period, version, position)
);

-- What went wrong at a metering point, counted by reason.
create table metering_issue (
  area text not null,
  metering_point text not null,
  category text not null,
  reason text not null,
  count bigint not null,
  last_position bigint not null,
  primary key (area, metering_point, category, reason)
);
