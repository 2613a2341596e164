package keeper

import (
	"context"
	"encoding/hex"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

type msgServer struct{ Keeper }

// NewMsgServer answers transactions. Forms are checked here once more: not every caller comes through baseapp.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) Mint(ctx context.Context, msg *types.MsgMint) (*types.MsgMintResponse, error) {
	if err := msg.ValidateBasic(); err != nil {
		return nil, err
	}
	if err := s.treasury(ctx, msg.Community, msg.Treasurer); err != nil {
		return nil, err
	}
	applied, total, err := s.cross(ctx, mint, msg.Community, msg.Reference, msg.Deposits)
	if err != nil || !applied {
		return &types.MsgMintResponse{AlreadyApplied: true}, err
	}
	event := &types.EventMinted{Community: msg.Community, Reference: msg.Reference, Total: total.String()}
	return &types.MsgMintResponse{}, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

func (s msgServer) Burn(ctx context.Context, msg *types.MsgBurn) (*types.MsgBurnResponse, error) {
	if err := msg.ValidateBasic(); err != nil {
		return nil, err
	}
	if err := s.treasury(ctx, msg.Community, msg.Treasurer); err != nil {
		return nil, err
	}
	applied, total, err := s.cross(ctx, burn, msg.Community, msg.Reference, msg.Withdrawals)
	if err != nil || !applied {
		return &types.MsgBurnResponse{AlreadyApplied: true}, err
	}
	event := &types.EventBurned{Community: msg.Community, Reference: msg.Reference, Total: total.String()}
	return &types.MsgBurnResponse{}, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

func (s msgServer) SettleBatch(ctx context.Context, msg *types.MsgSettleBatch) (*types.MsgSettleBatchResponse, error) {
	if err := msg.ValidateBasic(); err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	digest, applied, err := s.Settle(sdkCtx, &msg.Batch, msg.Approvals)
	if err != nil {
		return nil, err
	}
	if !applied {
		return &types.MsgSettleBatchResponse{Digest: digest, AlreadySettled: true}, nil
	}
	event := &types.EventBatchSettled{
		Community: msg.Batch.Community, SettlementPeriod: msg.Batch.SettlementPeriod, Version: msg.Batch.Version,
		Digest: hex.EncodeToString(digest), Root: hex.EncodeToString(msg.Batch.Root),
		PositionCount: uint32(len(msg.Batch.Positions)),
	}
	return &types.MsgSettleBatchResponse{Digest: digest}, sdkCtx.EventManager().EmitTypedEvent(event)
}

func (s msgServer) RegisterCommunity(ctx context.Context, msg *types.MsgRegisterCommunity) (*types.MsgRegisterCommunityResponse, error) {
	params, err := s.Params(ctx)
	if err != nil {
		return nil, err
	}
	if params.Authority == "" || params.Authority != msg.Authority {
		return nil, errorsmod.Wrap(types.ErrNotAuthority, msg.Authority)
	}
	if err := s.Keeper.RegisterCommunity(ctx, msg.Community); err != nil {
		return nil, err
	}
	event := &types.EventCommunityRegistered{Community: msg.Community.Id}
	return &types.MsgRegisterCommunityResponse{}, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
