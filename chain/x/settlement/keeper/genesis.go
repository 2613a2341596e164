package keeper

import (
	"context"

	sdkmath "cosmossdk.io/math"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// InitGenesis writes a state that Validate has accepted, and refuses one whose money x/bank does not hold.
func (k Keeper) InitGenesis(ctx context.Context, g *types.GenesisState) error {
	if err := k.save(ctx, types.ParamsKey, &g.Params); err != nil {
		return err
	}
	for _, community := range g.Communities {
		if err := k.RegisterCommunity(ctx, community); err != nil {
			return err
		}
	}
	total := sdkmath.ZeroInt()
	for _, b := range g.Balances {
		total = total.Add(b.Balance)
		if err := k.setAmount(ctx, types.EscrowKey(b.Community, b.Account), b.Balance); err != nil {
			return err
		}
	}
	if err := k.setAmount(ctx, types.EscrowTotalKey, total); err != nil {
		return err
	}
	for _, r := range g.References {
		if err := k.store.OpenKVStore(ctx).Set(types.ReferenceKey(r.Community, r.Reference), r.ContentHash); err != nil {
			return err
		}
	}
	for i := range g.Batches {
		if err := k.storeBatch(ctx, &g.Batches[i]); err != nil {
			return err
		}
	}
	_, err := k.Recount(ctx)
	return err
}

// ExportGenesis reads the whole state, in key order.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	if g.Params, err = k.Params(ctx); err != nil {
		return nil, err
	}
	visit := func(prefix []byte, add func(suffix, value []byte) error) {
		if err == nil {
			err = k.walk(ctx, prefix, nil, func(suffix, value []byte) (bool, error) { return true, add(suffix, value) })
		}
	}
	visit(types.CommunityPrefix, func(_, value []byte) error {
		g.Communities = append(g.Communities, types.Community{})
		return k.cdc.Unmarshal(value, &g.Communities[len(g.Communities)-1])
	})
	visit(types.EscrowPrefix, func(suffix, value []byte) error {
		community, account := split(suffix)
		balance := sdkmath.ZeroInt()
		g.Balances = append(g.Balances, types.EscrowBalance{Community: community, Account: account})
		unmarshalErr := balance.Unmarshal(value)
		g.Balances[len(g.Balances)-1].Balance = balance
		return unmarshalErr
	})
	visit(types.ReferencePrefix, func(suffix, value []byte) error {
		community, rest := split(suffix)
		reference, _ := split(rest)
		g.References = append(g.References, types.BankReference{Community: community, Reference: reference, ContentHash: append([]byte{}, value...)})
		return nil
	})
	visit(types.BatchRecordPrefix, func(_, value []byte) error {
		g.Batches = append(g.Batches, types.BatchRecord{})
		return k.cdc.Unmarshal(value, &g.Batches[len(g.Batches)-1])
	})
	return g, err
}

// split takes one length-prefixed text off the front of a key.
func split(key []byte) (string, []byte) {
	length := int(key[0])
	return string(key[1 : 1+length]), append([]byte{}, key[1+length:]...)
}
