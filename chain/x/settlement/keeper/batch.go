package keeper

import (
	"bytes"
	"context"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// Record finds the record of a batch or refuses with ErrUnknownBatch.
func (k Keeper) Record(ctx context.Context, community, period string, version uint32) (types.BatchRecord, error) {
	var record types.BatchRecord
	found, err := k.load(ctx, types.BatchRecordKey(community, period, version), &record)
	if err == nil && !found {
		err = errorsmod.Wrapf(types.ErrUnknownBatch, "%q %s version %d", community, period, version)
	}
	return record, err
}

// StatusAt computes the status from block time. It is never stored, so an empty block changes nothing.
func StatusAt(record *types.BatchRecord, unix int64) types.BatchStatus {
	if unix < record.DisputeUntil {
		return types.BatchStatus_BATCH_STATUS_ANCHORED
	}
	return types.BatchStatus_BATCH_STATUS_FINAL
}

// Settle applies a batch once. It answers the digest, and false when the same batch was settled before.
func (k Keeper) Settle(ctx sdk.Context, batch *types.Batch, approvals []types.Approval) ([]byte, bool, error) {
	if err := batch.ValidateForm(); err != nil {
		return nil, false, err
	}
	community, err := k.Community(ctx, batch.Community)
	if err != nil {
		return nil, false, err
	}
	digest := batch.Digest(ctx.ChainID())
	fresh, err := k.isFresh(ctx, batch, digest)
	if err != nil || !fresh {
		return digest, false, err
	}
	approvers, err := approved(community, digest, approvals)
	if err != nil {
		return digest, false, err
	}
	if err := k.applyPositions(ctx, batch); err != nil {
		return digest, false, err
	}
	now := ctx.BlockTime().Unix()
	record := types.BatchRecord{
		Community: batch.Community, SettlementPeriod: batch.SettlementPeriod, Version: batch.Version,
		InputsHash: batch.InputsHash, ResultHash: batch.ResultHash, Root: batch.Root,
		LogPosition: batch.LogPosition, LogHeadHash: batch.LogHeadHash,
		PositionsHash: batch.PositionsHash(), PositionCount: uint32(len(batch.Positions)), Digest: digest,
		Height: ctx.BlockHeight(), BlockTime: now, DisputeUntil: now + int64(community.DisputeWindowSeconds),
		Approvers: approvers,
	}
	if err := k.storeBatch(ctx, &record); err != nil {
		return digest, false, err
	}
	return digest, true, k.assertBacked(ctx)
}

// isFresh answers false for a batch that is stored already, and refuses a different one of the same name.
func (k Keeper) isFresh(ctx context.Context, batch *types.Batch, digest []byte) (bool, error) {
	latest, err := k.latestVersion(ctx, batch.Community, batch.SettlementPeriod)
	if err != nil {
		return false, err
	}
	if batch.Version > latest {
		if batch.Version != latest+1 {
			return false, errorsmod.Wrapf(types.ErrVersionOutOfOrder, "version %d, latest is %d", batch.Version, latest)
		}
		return true, nil
	}
	stored, err := k.Record(ctx, batch.Community, batch.SettlementPeriod, batch.Version)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(stored.Digest, digest) {
		return false, errorsmod.Wrapf(types.ErrBatchConflict, "stored %x, submitted %x", stored.Digest, digest)
	}
	return false, nil
}

func (k Keeper) latestVersion(ctx context.Context, community, period string) (uint32, error) {
	bz, err := k.store.OpenKVStore(ctx).Get(types.LatestKey(community, period))
	if err != nil || bz == nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(bz), nil
}

// applyPositions adds each position to its escrow account. They add up to zero, so the running sum stays.
func (k Keeper) applyPositions(ctx context.Context, batch *types.Batch) error {
	changes := make([]change, len(batch.Positions))
	for i := range batch.Positions {
		position := &batch.Positions[i]
		moved, err := k.moved(ctx, batch.Community, position.Account, sdkmath.NewInt(position.Amount))
		if err != nil {
			return err
		}
		changes[i] = moved
	}
	return k.write(ctx, batch.Community, changes)
}

// storeBatch writes the record, the small value that proofs show, and the latest version.
func (k Keeper) storeBatch(ctx context.Context, r *types.BatchRecord) error {
	proven := types.StoredBatch{Root: r.Root, ResultHash: r.ResultHash, Digest: r.Digest}
	if err := k.save(ctx, types.BatchKey(r.Community, r.SettlementPeriod, r.Version), &proven); err != nil {
		return err
	}
	if err := k.save(ctx, types.BatchRecordKey(r.Community, r.SettlementPeriod, r.Version), r); err != nil {
		return err
	}
	version := binary.BigEndian.AppendUint32(nil, r.Version)
	return k.store.OpenKVStore(ctx).Set(types.LatestKey(r.Community, r.SettlementPeriod), version)
}
