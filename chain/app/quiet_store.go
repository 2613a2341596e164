package app

import (
	"bytes"
	"context"

	"cosmossdk.io/core/store"
)

// quietStore does not write a value that is there already. x/staking stores its list of validator updates in
// every block, mostly the same empty list; each write would be a new version of an IAVL node and so a new
// application hash, and an empty block must leave the hash unchanged.
type quietStore struct{ store.KVStoreService }

// OpenKVStore opens the store behind.
func (s quietStore) OpenKVStore(ctx context.Context) store.KVStore {
	return quietKVStore{s.KVStoreService.OpenKVStore(ctx)}
}

type quietKVStore struct{ store.KVStore }

// Set writes only what differs.
func (s quietKVStore) Set(key, value []byte) error {
	// Asked by Has as well: an empty value and no value look alike to Get.
	there, err := s.Has(key)
	if err != nil {
		return err
	}
	if there {
		known, err := s.Get(key)
		if err != nil || bytes.Equal(known, value) {
			return err
		}
	}
	return s.KVStore.Set(key, value)
}
