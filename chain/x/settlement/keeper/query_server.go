package keeper

import (
	"context"

	sdkmath "cosmossdk.io/math"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
)

type queryServer struct{ k Keeper }

// NewQueryServer answers queries, over gRPC and over ABCI alike.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.k.Params(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

func (q queryServer) Community(ctx context.Context, req *types.QueryCommunityRequest) (*types.QueryCommunityResponse, error) {
	community, err := q.k.Community(ctx, req.Community)
	return &types.QueryCommunityResponse{Community: community}, err
}

func (q queryServer) Batch(ctx context.Context, req *types.QueryBatchRequest) (*types.QueryBatchResponse, error) {
	record, err := q.k.Record(ctx, req.Community, req.SettlementPeriod, req.Version)
	if err != nil {
		return nil, err
	}
	return &types.QueryBatchResponse{Batch: view(ctx, record)}, nil
}

func (q queryServer) Batches(ctx context.Context, req *types.QueryBatchesRequest) (*types.QueryBatchesResponse, error) {
	res := &types.QueryBatchesResponse{}
	limit := pageLimit(req.Limit)
	err := q.k.walk(ctx, types.BatchRecordsOf(req.Community), req.PageKey, func(suffix, value []byte) (bool, error) {
		if len(res.Batches) == limit {
			res.NextKey = append([]byte{}, suffix...)
			return false, nil
		}
		var record types.BatchRecord
		if err := q.k.cdc.Unmarshal(value, &record); err != nil {
			return false, err
		}
		res.Batches = append(res.Batches, view(ctx, record))
		return true, nil
	})
	return res, err
}

func (q queryServer) Escrow(ctx context.Context, req *types.QueryEscrowRequest) (*types.QueryEscrowResponse, error) {
	if len(req.Account) != types.AccountLength {
		return nil, status.Errorf(codes.InvalidArgument, "an escrow account has %d bytes", types.AccountLength)
	}
	balance, err := q.k.EscrowOf(ctx, req.Community, req.Account)
	if err != nil {
		return nil, err
	}
	return &types.QueryEscrowResponse{Balance: balance.String()}, nil
}

func (q queryServer) Escrows(ctx context.Context, req *types.QueryEscrowsRequest) (*types.QueryEscrowsResponse, error) {
	res := &types.QueryEscrowsResponse{}
	limit := pageLimit(req.Limit)
	err := q.k.walk(ctx, types.EscrowsOf(req.Community), req.PageKey, func(suffix, value []byte) (bool, error) {
		account := append([]byte{}, suffix...)
		if len(res.Balances) == limit {
			res.NextKey = account
			return false, nil
		}
		balance := sdkmath.ZeroInt()
		if err := balance.Unmarshal(value); err != nil {
			return false, err
		}
		res.Balances = append(res.Balances, types.EscrowBalance{Community: req.Community, Account: account, Balance: balance})
		return true, nil
	})
	return res, err
}

func view(ctx context.Context, record types.BatchRecord) types.BatchView {
	return types.BatchView{Record: record, Status: StatusAt(&record, sdk.UnwrapSDKContext(ctx).BlockTime().Unix())}
}

func pageLimit(asked uint32) int {
	switch {
	case asked == 0:
		return defaultLimit
	case asked > maxLimit:
		return maxLimit
	}
	return int(asked)
}
