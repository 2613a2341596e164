package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/app"
	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/keeper"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// desk is a chain whose messages are tried on a branch of its state.
type desk struct {
	t   *testing.T
	app *app.App
	ctx sdk.Context
	msg types.MsgServer
	ask types.QueryServer
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	running := testkit.NewApp(t)
	return &desk{
		t: t, app: running, ctx: testkit.Context(running),
		msg: keeper.NewMsgServer(running.Settlement), ask: keeper.NewQueryServer(running.Settlement),
	}
}

func (d *desk) mint(reference string, amounts map[string]int64) {
	d.t.Helper()
	_, err := d.msg.Mint(d.ctx, &types.MsgMint{
		Treasurer: testkit.Address("treasurer").String(), Community: testkit.Community, Reference: reference, Deposits: testkit.Entries(amounts),
	})
	require.NoError(d.t, err)
}

func (d *desk) settle(batch types.Batch, approvals []types.Approval) (*types.MsgSettleBatchResponse, error) {
	return d.msg.SettleBatch(d.ctx, &types.MsgSettleBatch{Submitter: testkit.Address("submitter").String(), Batch: batch, Approvals: approvals})
}

func (d *desk) balance(name string) int64 {
	d.t.Helper()
	balance, err := d.app.Settlement.EscrowOf(d.ctx, testkit.Community, testkit.Account(name))
	require.NoError(d.t, err)
	return balance.Int64()
}

func (d *desk) backed() {
	d.t.Helper()
	_, err := d.app.Settlement.Recount(d.ctx)
	require.NoError(d.t, err)
}

func (d *desk) events(kind string) int {
	count := 0
	for _, event := range d.ctx.EventManager().Events() {
		if event.Type == "commonwatt.settlement.v1."+kind {
			count++
		}
	}
	return count
}

func TestSettleMovesEscrowOnce(t *testing.T) {
	d := newDesk(t)
	d.mint("receipt", map[string]int64{"anna": 1000, "ben": 500})
	batch := testkit.Batch("2016-03-26", 1, testkit.Position("anna", -300), testkit.Position("ben", 250), testkit.Position("carla", 50))

	first, err := d.settle(batch, testkit.Approve(batch, "one", "three"))
	require.NoError(t, err)
	require.False(t, first.AlreadySettled)
	require.Equal(t, batch.Digest(testkit.ChainID), first.Digest)

	again, err := d.settle(batch, testkit.Approve(batch, "two", "one"))
	require.NoError(t, err)
	require.True(t, again.AlreadySettled)

	require.EqualValues(t, 700, d.balance("anna"))
	require.EqualValues(t, 750, d.balance("ben"))
	require.EqualValues(t, 50, d.balance("carla"))
	require.Equal(t, 1, d.events("EventBatchSettled"), "a repeated batch emits nothing")
	d.backed()
}

func TestSettleAcceptsAnEmptyBatchAndMonths(t *testing.T) {
	d := newDesk(t)
	batch := testkit.Batch("2016-03", 1)
	_, err := d.settle(batch, testkit.Approve(batch, "one", "two"))
	require.NoError(t, err)
}

func TestSettleVersionsFollowEachOther(t *testing.T) {
	d := newDesk(t)
	d.mint("receipt", map[string]int64{"anna": 10, "ben": 10})
	for version := uint32(1); version <= 3; version++ {
		ahead := testkit.Batch("2016-03-26", version+1)
		_, err := d.settle(ahead, testkit.Approve(ahead, "one", "two"))
		require.ErrorIs(t, err, types.ErrVersionOutOfOrder)
		batch := testkit.Batch("2016-03-26", version, testkit.Position("anna", -1), testkit.Position("ben", 1))
		_, err = d.settle(batch, testkit.Approve(batch, "one", "two"))
		require.NoError(t, err)
	}
	require.EqualValues(t, 7, d.balance("anna"))
}

func TestSettleConflicts(t *testing.T) {
	changes := map[string]func(*types.Batch){
		"inputs":       func(b *types.Batch) { b.InputsHash = testkit.Hash("x") },
		"result":       func(b *types.Batch) { b.ResultHash = testkit.Hash("x") },
		"root":         func(b *types.Batch) { b.Root = testkit.Hash("x") },
		"log position": func(b *types.Batch) { b.LogPosition++ },
		"log head":     func(b *types.Batch) { b.LogHeadHash = testkit.Hash("x") },
		"positions":    func(b *types.Batch) { b.Positions = nil },
	}
	d := newDesk(t)
	d.mint("receipt", map[string]int64{"anna": 10})
	batch := testkit.Batch("2016-03-26", 1, testkit.Position("anna", -1), testkit.Position("ben", 1))
	_, err := d.settle(batch, testkit.Approve(batch, "one", "two"))
	require.NoError(t, err)
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			other := batch
			change(&other)
			_, err := d.settle(other, testkit.Approve(other, "one", "two"))
			require.ErrorIs(t, err, types.ErrBatchConflict)
			require.EqualValues(t, 9, d.balance("anna"))
		})
	}
}

func TestSettleRefusals(t *testing.T) {
	valid := func() types.Batch {
		return testkit.Batch("2016-03-26", 1, testkit.Position("anna", -1), testkit.Position("ben", 1))
	}
	type change func(*types.Batch)
	none := func(*types.Batch) {}
	two := func(b types.Batch) []types.Approval { return testkit.Approve(b, "one", "two") }
	cases := map[string]struct {
		change   change
		approve  func(types.Batch) []types.Approval
		expected error
	}{
		"unknown community": {func(b *types.Batch) { b.Community = "nowhere" }, two, types.ErrUnknownCommunity},
		"empty community":   {func(b *types.Batch) { b.Community = "" }, two, types.ErrMalformedBatch},
		"period":            {func(b *types.Batch) { b.SettlementPeriod = "2016-02-30" }, two, types.ErrMalformedBatch},
		"version zero":      {func(b *types.Batch) { b.Version = 0 }, two, types.ErrMalformedBatch},
		"version two":       {func(b *types.Batch) { b.Version = 2 }, two, types.ErrVersionOutOfOrder},
		"short inputs hash": {func(b *types.Batch) { b.InputsHash = b.InputsHash[1:] }, two, types.ErrMalformedBatch},
		"short result hash": {func(b *types.Batch) { b.ResultHash = nil }, two, types.ErrMalformedBatch},
		"short root":        {func(b *types.Batch) { b.Root = b.Root[1:] }, two, types.ErrMalformedBatch},
		"short log head":    {func(b *types.Batch) { b.LogHeadHash = b.LogHeadHash[1:] }, two, types.ErrMalformedBatch},
		"short account":     {func(b *types.Batch) { b.Positions[0].Account = b.Positions[0].Account[1:] }, two, types.ErrMalformedBatch},
		"order":             {func(b *types.Batch) { b.Positions[0], b.Positions[1] = b.Positions[1], b.Positions[0] }, two, types.ErrMalformedBatch},
		"account twice":     {func(b *types.Batch) { b.Positions[1].Account = b.Positions[0].Account }, two, types.ErrMalformedBatch},
		"unbalanced":        {func(b *types.Batch) { b.Positions[0].Amount += 2 }, two, types.ErrPositionsNotBalanced},
		"escrow short": {func(b *types.Batch) {
			*b = testkit.Batch("2016-03-26", 1, testkit.Position("anna", -11), testkit.Position("ben", 11))
		}, two, types.ErrInsufficientEscrow},
		"no approval":  {none, func(types.Batch) []types.Approval { return nil }, types.ErrThresholdNotReached},
		"one approval": {none, func(b types.Batch) []types.Approval { return testkit.Approve(b, "one") }, types.ErrThresholdNotReached},
		"one twice":    {none, func(b types.Batch) []types.Approval { return testkit.Approve(b, "one", "one") }, types.ErrDuplicateApproval},
		"stranger":     {none, func(b types.Batch) []types.Approval { return testkit.Approve(b, "one", "stranger") }, types.ErrNotApprover},
		"stranger on top": {none, func(b types.Batch) []types.Approval {
			return testkit.Approve(b, "one", "two", "stranger")
		}, types.ErrNotApprover},
		"other digest": {none, func(b types.Batch) []types.Approval {
			b.Root = testkit.Hash("other")
			return testkit.Approve(b, "one", "two")
		}, types.ErrApprovalSignature},
		"exchanged signatures": {none, func(b types.Batch) []types.Approval {
			a := testkit.Approve(b, "one", "two")
			a[0].Signature, a[1].Signature = a[1].Signature, a[0].Signature
			return a
		}, types.ErrApprovalSignature},
		"short signature": {none, func(b types.Batch) []types.Approval {
			a := testkit.Approve(b, "one", "two")
			a[0].Signature = a[0].Signature[1:]
			return a
		}, types.ErrApprovalSignature},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.mint("receipt", map[string]int64{"anna": 10})
			batch := valid()
			c.change(&batch)
			_, err := d.settle(batch, c.approve(batch))
			require.ErrorIs(t, err, c.expected)
			require.EqualValues(t, 10, d.balance("anna"), "a refusal changes nothing")
			require.EqualValues(t, 0, d.balance("ben"))
			d.backed()
		})
	}
}

// The digest names the chain: an approval for one chain is worth nothing on another.
func TestApprovalBelongsToOneChain(t *testing.T) {
	d := newDesk(t)
	batch := testkit.Batch("2016-03-26", 1)
	d.ctx = d.ctx.WithChainID("another-chain")
	_, err := d.settle(batch, testkit.Approve(batch, "one", "two"))
	require.ErrorIs(t, err, types.ErrApprovalSignature)
}

func TestStatusFollowsBlockTime(t *testing.T) {
	d := newDesk(t)
	batch := testkit.Batch("2016-03-26", 1)
	_, err := d.settle(batch, testkit.Approve(batch, "one", "two"))
	require.NoError(t, err)
	status := func(after time.Duration) types.BatchStatus {
		later := d.ctx.WithBlockTime(d.ctx.BlockTime().Add(after))
		res, err := d.ask.Batch(later, &types.QueryBatchRequest{Community: testkit.Community, SettlementPeriod: "2016-03-26", Version: 1})
		require.NoError(t, err)
		return res.Batch.Status
	}
	require.Equal(t, types.BatchStatus_BATCH_STATUS_ANCHORED, status((testkit.Window-1)*time.Second))
	require.Equal(t, types.BatchStatus_BATCH_STATUS_FINAL, status(testkit.Window*time.Second))
}
