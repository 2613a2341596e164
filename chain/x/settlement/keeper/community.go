package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// Community finds a community or refuses with ErrUnknownCommunity.
func (k Keeper) Community(ctx context.Context, id string) (types.Community, error) {
	var community types.Community
	found, err := k.load(ctx, types.CommunityKey(id), &community)
	if err != nil {
		return community, err
	}
	if !found {
		return community, errorsmod.Wrapf(types.ErrUnknownCommunity, "%q", id)
	}
	return community, nil
}

// RegisterCommunity stores a new community; an id is never given twice.
func (k Keeper) RegisterCommunity(ctx context.Context, community types.Community) error {
	if err := community.ValidateForm(); err != nil {
		return err
	}
	taken, err := k.store.OpenKVStore(ctx).Has(types.CommunityKey(community.Id))
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(types.ErrCommunityConflict, "%q", community.Id)
	}
	return k.save(ctx, types.CommunityKey(community.Id), &community)
}

// Params finds the parameters; a store without them has nobody in authority.
func (k Keeper) Params(ctx context.Context) (types.Params, error) {
	var params types.Params
	_, err := k.load(ctx, types.ParamsKey, &params)
	return params, err
}

// treasury finds a community and refuses anyone but its treasurer.
func (k Keeper) treasury(ctx context.Context, id, signer string) error {
	community, err := k.Community(ctx, id)
	if err != nil {
		return err
	}
	if community.Treasurer != signer {
		return errorsmod.Wrapf(types.ErrNotTreasurer, "%s of %q", signer, id)
	}
	return nil
}
