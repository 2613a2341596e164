package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// change is a balance that has been computed but not written yet.
type change struct {
	account []byte
	balance sdkmath.Int
}

// EscrowOf is the balance of an escrow account; an account that was never credited has zero.
func (k Keeper) EscrowOf(ctx context.Context, community string, account []byte) (sdkmath.Int, error) {
	return k.amount(ctx, types.EscrowKey(community, account))
}

// EscrowTotal is the running sum of all balances of all communities.
func (k Keeper) EscrowTotal(ctx context.Context) (sdkmath.Int, error) {
	return k.amount(ctx, types.EscrowTotalKey)
}

func (k Keeper) amount(ctx context.Context, key []byte) (sdkmath.Int, error) {
	amount := sdkmath.ZeroInt()
	bz, err := k.store.OpenKVStore(ctx).Get(key)
	if err != nil || bz == nil {
		return amount, err
	}
	return amount, amount.Unmarshal(bz)
}

// setAmount deletes zeroes: the store then shows who holds money, and nothing of who once did.
func (k Keeper) setAmount(ctx context.Context, key []byte, amount sdkmath.Int) error {
	store := k.store.OpenKVStore(ctx)
	if amount.IsZero() {
		return store.Delete(key)
	}
	bz, err := amount.Marshal()
	if err != nil {
		return err
	}
	return store.Set(key, bz)
}

// moved computes the balance that an account would have, and refuses to let it fall below zero.
func (k Keeper) moved(ctx context.Context, community string, account []byte, amount sdkmath.Int) (change, error) {
	before, err := k.EscrowOf(ctx, community, account)
	if err != nil {
		return change{}, err
	}
	after := before.Add(amount)
	if after.IsNegative() {
		return change{}, errorsmod.Wrapf(types.ErrInsufficientEscrow, "account %x has %s and owes %s", account, before, amount.Neg())
	}
	return change{account: account, balance: after}, nil
}

// write applies changes that have all been found possible, so that a refusal leaves nothing half done.
func (k Keeper) write(ctx context.Context, community string, changes []change) error {
	for _, c := range changes {
		if err := k.setAmount(ctx, types.EscrowKey(community, c.account), c.balance); err != nil {
			return err
		}
	}
	return nil
}

// assertBacked is asked at the end of every message: escrow and the money in the module's account are equal.
func (k Keeper) assertBacked(ctx context.Context) error {
	total, err := k.EscrowTotal(ctx)
	if err != nil {
		return err
	}
	held := k.bank.GetBalance(ctx, k.escrow, types.Denom).Amount
	if !held.Equal(total) {
		return errorsmod.Wrapf(types.ErrEscrowMismatch, "balances say %s, the account holds %s", total, held)
	}
	return nil
}

// Recount adds up every balance and compares it with the running sum and with x/bank. It reads the whole
// store, so it is for genesis and tests, not for messages.
func (k Keeper) Recount(ctx context.Context) (sdkmath.Int, error) {
	sum := sdkmath.ZeroInt()
	err := k.walk(ctx, types.EscrowPrefix, nil, func(_, value []byte) (bool, error) {
		balance := sdkmath.ZeroInt()
		if err := balance.Unmarshal(value); err != nil {
			return false, err
		}
		if !balance.IsPositive() {
			return false, errorsmod.Wrapf(types.ErrEscrowMismatch, "a stored balance is %s", balance)
		}
		sum = sum.Add(balance)
		return true, nil
	})
	if err != nil {
		return sum, err
	}
	total, err := k.EscrowTotal(ctx)
	if err != nil {
		return sum, err
	}
	if !total.Equal(sum) {
		return sum, errorsmod.Wrapf(types.ErrEscrowMismatch, "running sum %s, counted %s", total, sum)
	}
	return sum, k.assertBacked(ctx)
}
