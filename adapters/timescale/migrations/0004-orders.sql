-- Orders that members send: their own id (64 bits), kind, and the market time until which they are good (0: till the gate).
alter table market_order add column client_order_id numeric(20, 0);
alter table market_order add column order_kind text not null default 'limit';
alter table market_order add column good_till bigint not null default 0;

-- Orders that left their books, with what was not traded.
create table order_closed (
  area text not null,
  order_id bigint not null,
  remaining bigint not null,
  reason text not null,
  position bigint not null,
  primary key (area, order_id)
);
create index trade_by_buy_order on trade (area, buy_order);
create index trade_by_sell_order on trade (area, sell_order);
