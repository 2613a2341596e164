package keeper_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

func mintOf(amounts map[string]int64) *types.MsgMint {
	return &types.MsgMint{Treasurer: testkit.Address("treasurer").String(), Community: testkit.Community, Reference: "receipt", Deposits: testkit.Entries(amounts)}
}

func burnOf(amounts map[string]int64) *types.MsgBurn {
	return &types.MsgBurn{Treasurer: testkit.Address("treasurer").String(), Community: testkit.Community, Reference: "payout", Withdrawals: testkit.Entries(amounts)}
}

func TestMintOncePerReceipt(t *testing.T) {
	d := newDesk(t)
	first, err := d.msg.Mint(d.ctx, mintOf(map[string]int64{"anna": 5, "ben": 7}))
	require.NoError(t, err)
	require.False(t, first.AlreadyApplied)
	again, err := d.msg.Mint(d.ctx, mintOf(map[string]int64{"anna": 5, "ben": 7}))
	require.NoError(t, err)
	require.True(t, again.AlreadyApplied)
	_, err = d.msg.Mint(d.ctx, mintOf(map[string]int64{"anna": 5, "ben": 8}))
	require.ErrorIs(t, err, types.ErrReferenceConflict)

	require.EqualValues(t, 5, d.balance("anna"))
	require.EqualValues(t, 7, d.balance("ben"))
	require.EqualValues(t, 12, d.app.Bank.GetSupply(d.ctx, types.Denom).Amount.Int64())
	require.Equal(t, 1, d.events("EventMinted"))
	d.backed()
}

// Amounts are 64 bits in messages and unbounded in escrow.
func TestMintBeyond64Bits(t *testing.T) {
	d := newDesk(t)
	for _, reference := range []string{"a", "b", "c"} {
		d.mint(reference, map[string]int64{"anna": math.MaxInt64, "ben": math.MaxInt64})
	}
	balance, err := d.app.Settlement.EscrowOf(d.ctx, testkit.Community, testkit.Account("anna"))
	require.NoError(t, err)
	require.Equal(t, "27670116110564327421", balance.String())
	d.backed()
}

func TestMintRefusals(t *testing.T) {
	cases := map[string]struct {
		change   func(*types.MsgMint)
		expected error
	}{
		"not the treasurer": {func(m *types.MsgMint) { m.Treasurer = testkit.Address("submitter").String() }, types.ErrNotTreasurer},
		"unknown community": {func(m *types.MsgMint) { m.Community = "nowhere" }, types.ErrUnknownCommunity},
		"no reference":      {func(m *types.MsgMint) { m.Reference = "" }, types.ErrMalformedEntry},
		"long reference":    {func(m *types.MsgMint) { m.Reference = string(make([]byte, 65)) }, types.ErrMalformedEntry},
		"nothing":           {func(m *types.MsgMint) { m.Deposits = nil }, types.ErrMalformedEntry},
		"zero":              {func(m *types.MsgMint) { m.Deposits[0].Amount = 0 }, types.ErrMalformedEntry},
		"negative":          {func(m *types.MsgMint) { m.Deposits[0].Amount = -1 }, types.ErrMalformedEntry},
		"account length":    {func(m *types.MsgMint) { m.Deposits[0].Account = []byte{1} }, types.ErrMalformedEntry},
		"order":             {func(m *types.MsgMint) { m.Deposits[0], m.Deposits[1] = m.Deposits[1], m.Deposits[0] }, types.ErrMalformedEntry},
	}
	d := newDesk(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			msg := mintOf(map[string]int64{"anna": 5, "ben": 7})
			c.change(msg)
			_, err := d.msg.Mint(d.ctx, msg)
			require.ErrorIs(t, err, c.expected)
			require.True(t, d.app.Bank.GetSupply(d.ctx, types.Denom).IsZero())
		})
	}
}

func TestBurnOncePerPayout(t *testing.T) {
	d := newDesk(t)
	d.mint("receipt", map[string]int64{"anna": 10, "ben": 3})
	_, err := d.msg.Burn(d.ctx, burnOf(map[string]int64{"anna": 4, "ben": 3}))
	require.NoError(t, err)
	again, err := d.msg.Burn(d.ctx, burnOf(map[string]int64{"anna": 4, "ben": 3}))
	require.NoError(t, err)
	require.True(t, again.AlreadyApplied)
	require.EqualValues(t, 6, d.balance("anna"))
	require.EqualValues(t, 0, d.balance("ben"))
	require.EqualValues(t, 6, d.app.Bank.GetSupply(d.ctx, types.Denom).Amount.Int64())
	d.backed()
}

func TestBurnRefusals(t *testing.T) {
	d := newDesk(t)
	d.mint("receipt", map[string]int64{"anna": 10})
	_, err := d.msg.Burn(d.ctx, burnOf(map[string]int64{"anna": 11}))
	require.ErrorIs(t, err, types.ErrInsufficientEscrow)
	_, err = d.msg.Burn(d.ctx, burnOf(map[string]int64{"anna": 1, "ben": 1}))
	require.ErrorIs(t, err, types.ErrInsufficientEscrow)

	stranger := burnOf(map[string]int64{"anna": 1})
	stranger.Treasurer = testkit.Address("authority").String()
	_, err = d.msg.Burn(d.ctx, stranger)
	require.ErrorIs(t, err, types.ErrNotTreasurer)

	minted := burnOf(map[string]int64{"anna": 10})
	minted.Reference = "receipt"
	_, err = d.msg.Burn(d.ctx, minted)
	require.ErrorIs(t, err, types.ErrReferenceConflict, "a receipt cannot be paid out as if it were a payout")
	require.EqualValues(t, 10, d.balance("anna"))
	d.backed()
}
