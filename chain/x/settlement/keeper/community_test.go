package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

func TestRegisterCommunity(t *testing.T) {
	community := func() types.Community {
		return types.Community{Id: "second", Treasurer: testkit.Address("treasurer").String(), Approvers: [][]byte{testkit.PublicKey("one")}, Threshold: 1}
	}
	cases := map[string]struct {
		authority string
		change    func(*types.Community)
		expected  error
	}{
		"registers":          {"authority", func(*types.Community) {}, nil},
		"stranger":           {"treasurer", func(*types.Community) {}, types.ErrNotAuthority},
		"id taken":           {"authority", func(c *types.Community) { c.Id = testkit.Community }, types.ErrCommunityConflict},
		"id with a space":    {"authority", func(c *types.Community) { c.Id = "a b" }, types.ErrMalformedCommunity},
		"treasurer":          {"authority", func(c *types.Community) { c.Treasurer = "cosmos1" }, types.ErrMalformedCommunity},
		"threshold zero":     {"authority", func(c *types.Community) { c.Threshold = 0 }, types.ErrMalformedCommunity},
		"threshold too high": {"authority", func(c *types.Community) { c.Threshold = 2 }, types.ErrMalformedCommunity},
		"approver twice":     {"authority", func(c *types.Community) { c.Approvers = append(c.Approvers, c.Approvers[0]) }, types.ErrMalformedCommunity},
		"short key":          {"authority", func(c *types.Community) { c.Approvers[0] = c.Approvers[0][1:] }, types.ErrMalformedCommunity},
		"endless window":     {"authority", func(c *types.Community) { c.DisputeWindowSeconds = 1 << 62 }, types.ErrMalformedCommunity},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			wanted := community()
			c.change(&wanted)
			_, err := d.msg.RegisterCommunity(d.ctx, &types.MsgRegisterCommunity{Authority: testkit.Address(c.authority).String(), Community: wanted})
			require.ErrorIs(t, err, c.expected)
			if c.expected == nil {
				found, err := d.ask.Community(d.ctx, &types.QueryCommunityRequest{Community: "second"})
				require.NoError(t, err)
				require.Equal(t, wanted, found.Community)
			}
		})
	}
}

// Escrow is scoped: the same account bytes in two communities are two accounts.
func TestCommunitiesDoNotShareEscrow(t *testing.T) {
	d := newDesk(t)
	require.NoError(t, d.app.Settlement.RegisterCommunity(d.ctx, types.Community{
		Id: "second", Treasurer: testkit.Address("treasurer").String(), Approvers: [][]byte{testkit.PublicKey("one")}, Threshold: 1,
	}))
	d.mint("receipt", map[string]int64{"anna": 10})
	msg := burnOf(map[string]int64{"anna": 1})
	msg.Community = "second"
	_, err := d.msg.Burn(d.ctx, msg)
	require.ErrorIs(t, err, types.ErrInsufficientEscrow)

	batch := testkit.Batch("2016-03-26", 1, testkit.Position("anna", -1), testkit.Position("ben", 1))
	batch.Community = "second"
	_, err = d.settle(batch, testkit.Approve(batch, "one"))
	require.ErrorIs(t, err, types.ErrInsufficientEscrow)
	require.EqualValues(t, 10, d.balance("anna"))
}
