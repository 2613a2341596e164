-- Projections of the journal. Times are seconds since 1970-01-01T00:00Z, energy is Wh, prices are micro-units of
-- currency per kWh, money is nano-units of currency.
create table area (area text primary key, time_zone text not null);

create table community (
  area text not null,
  community text not null,
  residual_supply_price integer not null,
  feed_in_price integer not null,
  sharing_price integer not null,
  primary key (area, community)
);

create table member (area text not null, member text not null, community text not null, primary key (area, member));

create table metering_point (
  area text not null,
  metering_point text not null,
  member text not null,
  direction text not null,
  position bigint not null,
  primary key (area, metering_point)
);

create table deposit (
  area text not null,
  reference text not null,
  member text not null,
  amount bigint not null,
  position bigint not null,
  primary key (area, reference)
);

-- Filled behind the journal, which already holds every signed reading.
create table reading (
  area text not null,
  metering_point text not null,
  time bigint not null,
  sequence bigint not null,
  register_wh bigint not null,
  power_w integer not null,
  primary key (area, metering_point, time)
) /*partition by time*/;
-- How far each follower of the journal has come.
create table follower_progress (area text not null, follower text not null, position bigint not null, primary key (area, follower));

create table interval_value (
  area text not null,
  metering_point text not null,
  period bigint not null,
  version integer not null,
  energy_wh bigint not null,
  quality text not null,
  position bigint not null,
  primary key (area, metering_point, period, version)
) /*partition by period*/;

create table market_order (
  area text not null,
  order_id bigint not null,
  period bigint not null,
  metering_point text not null,
  member text not null,
  side text not null,
  price integer not null,
  quantity bigint not null,
  preference bytea not null,
  position bigint not null,
  primary key (area, order_id)
);

create table trade (
  area text not null,
  trade_id bigint not null,
  period bigint not null,
  community text not null,
  buy_order bigint not null,
  sell_order bigint not null,
  buy_point text not null,
  sell_point text not null,
  buyer text not null,
  seller text not null,
  price integer not null,
  quantity bigint not null,
  market_time bigint not null,
  position bigint not null,
  delivered_wh bigint,
  seller_shortfall_wh bigint,
  buyer_excess_wh bigint,
  primary key (area, trade_id)
);
create index trade_by_period on trade (area, period);

create table delivery_period (
  area text not null,
  community text not null,
  period bigint not null,
  injected_wh bigint not null,
  withdrawn_wh bigint not null,
  traded_wh bigint not null,
  shared_wh bigint not null,
  position bigint not null,
  primary key (area, community, period)
);

create table run_due (
  area text not null,
  community text not null,
  settlement_period text not null,
  version integer not null,
  start_time bigint not null,
  end_time bigint not null,
  position bigint not null,
  primary key (area, community, settlement_period, version)
);

-- What runs found; a run counts only when run.position is set by its journaled RecordRun.
create table run (
  area text not null,
  run_id bytea not null,
  community text not null,
  settlement_period text not null,
  version integer not null,
  inputs_hash bytea not null,
  result_hash bytea not null,
  root bytea not null,
  position bigint,
  primary key (area, run_id)
);
create table posting (
  area text not null,
  run_id bytea not null,
  entry integer not null,
  line integer not null,
  period bigint not null,
  kind text not null,
  holder text not null,
  metering_point text not null,
  energy_wh bigint not null,
  amount bigint not null,
  primary key (area, run_id, line)
);
create table statement_line (
  area text not null,
  run_id bytea not null,
  line integer not null,
  member text not null,
  metering_point text not null,
  kind text not null,
  energy_wh bigint not null,
  amount numeric not null,
  primary key (area, run_id, line)
);
create table public_row (
  area text not null,
  run_id bytea not null,
  period bigint not null,
  injected_wh bigint not null,
  withdrawn_wh bigint not null,
  shared_wh bigint not null,
  traded_wh bigint not null,
  last_price integer,
  members integer,
  primary key (area, run_id, period)
);
create table run_position (
  area text not null,
  run_id bytea not null,
  member text not null,
  amount numeric not null,
  primary key (area, run_id, member)
);

-- Credit as the core keeps it, from the journaled events.
create table escrow (area text not null, member text not null, amount numeric not null, primary key (area, member));

create table batch (
  area text not null,
  community text not null,
  settlement_period text not null,
  version integer not null,
  run_id bytea not null,
  log_position bigint not null,
  log_head_hash bytea not null,
  root bytea not null,
  status text not null,
  transaction bytea,
  transaction_bytes bytea,
  height bigint,
  primary key (area, community, settlement_period, version)
);
