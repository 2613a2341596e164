-- Runs have versions. The state has a new form: it is rebuilt from the journal, of which a snapshot is a cache.
delete from snapshot;

create index run_by_period on run (area, community, settlement_period, version);

-- What the batch of a run moves in escrow: its positions, as far as they can be paid.
create table escrow_move (
  area text not null,
  run_id bytea not null,
  member text not null,
  amount numeric not null,
  primary key (area, run_id, member)
);
