// Package testkit starts the whole application in memory for tests, with keys derived from names.
package testkit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"sort"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdked25519 "github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/commonwatt/commonwatt/chain/app"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

const (
	// ChainID is part of every digest.
	ChainID = "commonwatt-test-1"
	// Community is the one that every test chain has; two of three approvers are enough.
	Community = "lerchenau"
	// Window is its dispute window.
	Window = 60
)

// Start is the time of the genesis.
var Start = time.Date(2016, 3, 27, 0, 0, 0, 0, time.UTC)

// Hash stands for any hash of 32 bytes.
func Hash(name string) []byte {
	sum := sha256.Sum256([]byte(name))
	return sum[:]
}

// Account is an escrow account.
func Account(name string) []byte { return Hash(name)[:types.AccountLength] }

// Signer is an account key for transactions.
func Signer(name string) *secp256k1.PrivKey { return &secp256k1.PrivKey{Key: Hash("signer " + name)} }

// Address is the signer's address.
func Address(name string) sdk.AccAddress { return sdk.AccAddress(Signer(name).PubKey().Address()) }

// Approver is an approver's key.
func Approver(name string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(Hash("approver " + name))
}

// PublicKey is the approver's public key.
func PublicKey(name string) []byte { return Approver(name).Public().(ed25519.PublicKey) }

// Genesis has one community and an authority.
func Genesis() *types.GenesisState {
	return &types.GenesisState{
		Params: types.Params{Authority: Address("authority").String()},
		Communities: []types.Community{{
			Id: Community, Treasurer: Address("treasurer").String(), Threshold: 2, DisputeWindowSeconds: Window,
			Approvers: [][]byte{PublicKey("one"), PublicKey("two"), PublicKey("three")},
		}},
	}
}

// NewApp starts a chain at height 1.
func NewApp(t testing.TB) *app.App {
	t.Helper()
	return NewAppOver(t, dbm.NewMemDB())
}

// NewAppOver starts a chain at height 1 in a database of the caller.
func NewAppOver(t testing.TB, db dbm.DB) *app.App {
	t.Helper()
	started := app.New(log.NewNopLogger(), db, baseapp.SetChainID(ChainID))
	state, err := started.Genesis(app.Network{
		Validators: []app.Validator{{Moniker: "one", Key: sdked25519.GenPrivKeyFromSecret([]byte("validator")).PubKey(), Operator: Address("treasurer")}},
		Accounts:   []sdk.AccAddress{Address("treasurer"), Address("submitter"), Address("authority")},
		Settlement: Genesis(),
	})
	if err != nil {
		t.Fatal(err)
	}
	InitChain(t, started, state)
	return started
}

// InitChain starts an application from a state and commits the first block.
func InitChain(t testing.TB, started *app.App, state []byte) {
	t.Helper()
	params := cmttypes.DefaultConsensusParams().ToProto()
	if _, err := started.InitChain(&abci.RequestInitChain{ChainId: ChainID, Time: Start, ConsensusParams: &params, AppStateBytes: state, InitialHeight: 1}); err != nil {
		t.Fatal(err)
	}
	Block(t, started)
}

// Block makes a block of transactions, one second after the one before.
func Block(t testing.TB, running *app.App, txs ...[]byte) *abci.ResponseFinalizeBlock {
	t.Helper()
	height := running.LastBlockHeight() + 1
	res, err := running.FinalizeBlock(&abci.RequestFinalizeBlock{Height: height, Time: Start.Add(time.Duration(height) * time.Second), Txs: txs})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := running.Commit(); err != nil {
		t.Fatal(err)
	}
	return res
}

// Context is a branch of the latest state in which messages can be tried; nothing of it is committed.
func Context(running *app.App) sdk.Context {
	ctx, _ := running.NewContext(true).CacheContext()
	return ctx.WithChainID(ChainID).WithBlockHeight(running.LastBlockHeight() + 1).WithBlockTime(Start.Add(time.Minute))
}

// Batch is a well-formed batch over the positions given, in the order that the chain wants.
func Batch(period string, version uint32, positions ...types.Position) types.Batch {
	sort.Slice(positions, func(i, j int) bool { return bytes.Compare(positions[i].Account, positions[j].Account) < 0 })
	return types.Batch{
		Community: Community, SettlementPeriod: period, Version: version,
		InputsHash: Hash("inputs"), ResultHash: Hash("result"), Root: Hash("root"), LogPosition: 4711, LogHeadHash: Hash("head"),
		Positions: positions,
	}
}

// Position of an account by name.
func Position(name string, amount int64) types.Position {
	return types.Position{Account: Account(name), Amount: amount}
}

// Entries of deposits or withdrawals, in the order that the chain wants.
func Entries(amounts map[string]int64) []types.EscrowEntry {
	entries := make([]types.EscrowEntry, 0, len(amounts))
	for name, amount := range amounts {
		entries = append(entries, types.EscrowEntry{Account: Account(name), Amount: amount})
	}
	sort.Slice(entries, func(i, j int) bool { return bytes.Compare(entries[i].Account, entries[j].Account) < 0 })
	return entries
}

// Approve signs a batch with the named approvers' keys.
func Approve(batch types.Batch, names ...string) []types.Approval {
	approvals := make([]types.Approval, 0, len(names))
	for _, name := range names {
		signature := ed25519.Sign(Approver(name), batch.Digest(ChainID))
		approvals = append(approvals, types.Approval{ApproverPublicKey: PublicKey(name), Signature: signature})
	}
	return approvals
}
