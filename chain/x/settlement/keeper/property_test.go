package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdkmath "cosmossdk.io/math"

	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// TestMoneyIsConserved lets random receipts, payouts and batches run against a plain map of balances: what is
// refused changes nothing, batches never change the sum, and at every step x/bank holds exactly what escrow says.
func TestMoneyIsConserved(t *testing.T) {
	d := newDesk(t)
	root := d.ctx
	names := []string{"anna", "ben", "carla", "dora", "emil", "fritz"}
	amount := rapid.Int64Range(1, 1000)

	rapid.Check(t, func(rt *rapid.T) {
		d.ctx, _ = root.CacheContext()
		model := make(map[string]int64)
		references, period := 0, 0
		entries := func() map[string]int64 {
			return rapid.MapOfN(rapid.SampledFrom(names), amount, 1, 4).Draw(rt, "entries")
		}

		rt.Repeat(map[string]func(*rapid.T){
			"mint": func(rt *rapid.T) {
				amounts := entries()
				references++
				msg := mintOf(amounts)
				msg.Reference = fmt.Sprintf("receipt-%d", references)
				for range rapid.IntRange(1, 2).Draw(rt, "times") {
					_, err := d.msg.Mint(d.ctx, msg)
					require.NoError(rt, err)
				}
				for name, v := range amounts {
					model[name] += v
				}
			},
			"burn": func(rt *rapid.T) {
				amounts := entries()
				references++
				msg := burnOf(amounts)
				msg.Reference = fmt.Sprintf("payout-%d", references)
				short := false
				for name, v := range amounts {
					short = short || model[name] < v
				}
				_, err := d.msg.Burn(d.ctx, msg)
				if short {
					require.ErrorIs(rt, err, types.ErrInsufficientEscrow)
					return
				}
				require.NoError(rt, err)
				for name, v := range amounts {
					model[name] -= v
				}
			},
			"batch": func(rt *rapid.T) {
				moves := rapid.MapOfN(rapid.SampledFrom(names[1:]), rapid.Int64Range(-500, 500), 1, 5).Draw(rt, "moves")
				sum := int64(0)
				positions := []types.Position{}
				short := false
				for name, v := range moves {
					sum += v
					positions = append(positions, testkit.Position(name, v))
					short = short || model[name]+v < 0
				}
				moves[names[0]] = -sum
				positions = append(positions, testkit.Position(names[0], -sum))
				short = short || model[names[0]]-sum < 0

				batch := testkit.Batch(fmt.Sprintf("%04d-01", 2000+period), 1, positions...)
				for range rapid.IntRange(1, 2).Draw(rt, "times") {
					_, err := d.settle(batch, testkit.Approve(batch, "two", "three"))
					if short {
						require.ErrorIs(rt, err, types.ErrInsufficientEscrow)
						return
					}
					require.NoError(rt, err)
				}
				period++
				for name, v := range moves {
					model[name] += v
				}
			},
			"": func(rt *rapid.T) {
				expected := int64(0)
				for _, name := range names {
					require.Equal(rt, model[name], d.balance(name))
					expected += model[name]
				}
				counted, err := d.app.Settlement.Recount(d.ctx)
				require.NoError(rt, err)
				require.True(rt, counted.Equal(sdkmath.NewInt(expected)))
			},
		})
	})
}

// TestDigestSeparatesFields changes one thing of a random batch: the digest changes too.
func TestDigestSeparatesFields(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		batch := types.Batch{
			Community: rapid.StringN(1, 10, 64).Draw(rt, "community"), SettlementPeriod: rapid.StringN(1, 10, 64).Draw(rt, "period"),
			Version: rapid.Uint32().Draw(rt, "version"), InputsHash: testkit.Hash("i"), ResultHash: testkit.Hash("r"), Root: testkit.Hash("o"),
			LogPosition: rapid.Uint64().Draw(rt, "position"), LogHeadHash: testkit.Hash("h"),
			Positions: []types.Position{testkit.Position("anna", rapid.Int64().Draw(rt, "amount"))},
		}
		digest := batch.Digest("chain")
		other := batch
		switch rapid.IntRange(0, 5).Draw(rt, "field") {
		case 0:
			// One character moves over the border between two texts.
			runes := []rune(batch.Community)
			other.Community = string(runes[:len(runes)-1])
			other.SettlementPeriod = string(runes[len(runes)-1:]) + batch.SettlementPeriod
		case 1:
			other.Version++
		case 2:
			other.InputsHash, other.ResultHash = batch.ResultHash, batch.InputsHash
		case 3:
			other.LogPosition++
		case 4:
			other.Positions = []types.Position{testkit.Position("anna", batch.Positions[0].Amount+1)}
		case 5:
			other.Positions = append([]types.Position{}, batch.Positions...)
			other.Positions = append(other.Positions, testkit.Position("ben", 0))
		}
		require.NotEqual(rt, digest, other.Digest("chain"))
		require.NotEqual(rt, digest, batch.Digest("chai"))
	})
}
