package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

func TestPagesHoldEverythingOnce(t *testing.T) {
	d := newDesk(t)
	amounts := make(map[string]int64)
	for i := range 25 {
		amounts[fmt.Sprint("member ", i)] = int64(i + 1)
		batch := testkit.Batch(fmt.Sprintf("2016-03-%02d", i+1), 1)
		_, err := d.settle(batch, testkit.Approve(batch, "one", "two"))
		require.NoError(t, err)
	}
	d.mint("receipt", amounts)

	seen := make(map[string]bool)
	for key := []byte(nil); ; {
		page, err := d.ask.Escrows(d.ctx, &types.QueryEscrowsRequest{Community: testkit.Community, PageKey: key, Limit: 10})
		require.NoError(t, err)
		for _, b := range page.Balances {
			require.False(t, seen[string(b.Account)])
			seen[string(b.Account)] = true
		}
		if key = page.NextKey; len(key) == 0 {
			break
		}
	}
	require.Len(t, seen, 25)

	first, err := d.ask.Batches(d.ctx, &types.QueryBatchesRequest{Community: testkit.Community, Limit: 20})
	require.NoError(t, err)
	require.Len(t, first.Batches, 20)
	rest, err := d.ask.Batches(d.ctx, &types.QueryBatchesRequest{Community: testkit.Community, PageKey: first.NextKey})
	require.NoError(t, err)
	require.Len(t, rest.Batches, 5)
	require.Empty(t, rest.NextKey)
	require.Equal(t, "2016-03-21", rest.Batches[0].Record.SettlementPeriod)
}

func TestQueriesForWhatIsNotThere(t *testing.T) {
	d := newDesk(t)
	_, err := d.ask.Batch(d.ctx, &types.QueryBatchRequest{Community: testkit.Community, SettlementPeriod: "2016-03-26", Version: 1})
	require.ErrorIs(t, err, types.ErrUnknownBatch)
	require.Equal(t, codes.NotFound, status.Code(err))
	_, err = d.ask.Escrow(d.ctx, &types.QueryEscrowRequest{Community: testkit.Community, Account: []byte{1}})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	escrow, err := d.ask.Escrow(d.ctx, &types.QueryEscrowRequest{Community: testkit.Community, Account: testkit.Account("nobody")})
	require.NoError(t, err)
	require.Equal(t, "0", escrow.Balance)
}
