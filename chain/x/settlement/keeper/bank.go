package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// direction says which way money crosses between bank and escrow.
type direction string

const (
	mint direction = "mint"
	burn direction = "burn"
)

// cross applies a bank receipt or a payout once. It answers false, and changes nothing, when the same
// reference came before with the same content.
func (k Keeper) cross(ctx context.Context, way direction, community, reference string, entries []types.EscrowEntry) (bool, sdkmath.Int, error) {
	content := types.BankContentHash(string(way), entries)
	store := k.store.OpenKVStore(ctx)
	known, err := store.Get(types.ReferenceKey(community, reference))
	if err != nil {
		return false, sdkmath.Int{}, err
	}
	if known != nil {
		if bytes.Equal(known, content) {
			return false, sdkmath.Int{}, nil
		}
		return false, sdkmath.Int{}, errorsmod.Wrapf(types.ErrReferenceConflict, "%q of %q", reference, community)
	}

	sum := sdkmath.ZeroInt()
	changes := make([]change, len(entries))
	for i := range entries {
		amount := sdkmath.NewInt(entries[i].Amount)
		if way == burn {
			amount = amount.Neg()
		}
		sum = sum.Add(amount)
		if changes[i], err = k.moved(ctx, community, entries[i].Account, amount); err != nil {
			return false, sdkmath.Int{}, err
		}
	}
	if err := k.moveSupply(ctx, way, sum); err != nil {
		return false, sdkmath.Int{}, err
	}
	if err := k.write(ctx, community, changes); err != nil {
		return false, sdkmath.Int{}, err
	}
	if err := store.Set(types.ReferenceKey(community, reference), content); err != nil {
		return false, sdkmath.Int{}, err
	}
	return true, sum.Abs(), k.assertBacked(ctx)
}

// moveSupply changes the supply of neur and the running sum by the same amount.
func (k Keeper) moveSupply(ctx context.Context, way direction, sum sdkmath.Int) error {
	coins := sdk.NewCoins(sdk.NewCoin(types.Denom, sum.Abs()))
	apply := k.bank.MintCoins
	if way == burn {
		apply = k.bank.BurnCoins
	}
	if err := apply(ctx, types.ModuleName, coins); err != nil {
		return err
	}
	total, err := k.EscrowTotal(ctx)
	if err != nil {
		return err
	}
	return k.setAmount(ctx, types.EscrowTotalKey, total.Add(sum))
}
