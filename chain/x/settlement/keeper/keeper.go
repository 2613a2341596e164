// Package keeper holds the state of x/settlement and the rules by which it changes.
package keeper

import (
	"context"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// Keeper reads and writes the settlement store. The store is used directly, not by collections, because
// the bytes of its keys are a public contract that proofs rely on.
type Keeper struct {
	cdc    codec.BinaryCodec
	store  store.KVStoreService
	bank   types.BankKeeper
	escrow sdk.AccAddress
}

// NewKeeper takes the address of the module's account, in which all escrow money lies.
func NewKeeper(cdc codec.BinaryCodec, service store.KVStoreService, bank types.BankKeeper, escrow sdk.AccAddress) Keeper {
	return Keeper{cdc: cdc, store: service, bank: bank, escrow: escrow}
}

// load reads a stored record into value and tells whether there was one.
func (k Keeper) load(ctx context.Context, key []byte, value codec.ProtoMarshaler) (bool, error) {
	bz, err := k.store.OpenKVStore(ctx).Get(key)
	if err != nil || bz == nil {
		return false, err
	}
	return true, k.cdc.Unmarshal(bz, value)
}

func (k Keeper) save(ctx context.Context, key []byte, value codec.ProtoMarshaler) error {
	bz, err := k.cdc.Marshal(value)
	if err != nil {
		return err
	}
	return k.store.OpenKVStore(ctx).Set(key, bz)
}

// walk calls visit for every entry under prefix in key order, with the key behind the prefix, from `from` on.
// visit answers whether to go on.
func (k Keeper) walk(ctx context.Context, prefix, from []byte, visit func(suffix, value []byte) (bool, error)) error {
	begin := append(append([]byte{}, prefix...), from...)
	it, err := k.store.OpenKVStore(ctx).Iterator(begin, prefixEnd(prefix))
	if err != nil {
		return err
	}
	defer it.Close()
	for ; it.Valid(); it.Next() {
		more, err := visit(it.Key()[len(prefix):], it.Value())
		if err != nil || !more {
			return err
		}
	}
	// Not it.Error(): the store's cache calls an iterator that has reached its end an error.
	return nil
}

// prefixEnd is the first key after all keys that start with prefix; nil means the end of the store.
func prefixEnd(prefix []byte) []byte {
	end := append([]byte{}, prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] != 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
