package app_test

import (
	"encoding/json"
	"math/rand"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/commonwatt/commonwatt/chain/app"
	"github.com/commonwatt/commonwatt/chain/testkit"
	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// sign makes a transaction of one message with the account's present sequence number.
func sign(t *testing.T, running *app.App, signer string, msg sdk.Msg) []byte {
	t.Helper()
	account := running.Accounts.GetAccount(running.NewContext(true), testkit.Address(signer))
	tx, err := simtestutil.GenSignedMockTx(rand.New(rand.NewSource(1)), running.TxConfig, []sdk.Msg{msg}, nil, 10_000_000, testkit.ChainID,
		[]uint64{account.GetAccountNumber()}, []uint64{account.GetSequence()}, testkit.Signer(signer))
	require.NoError(t, err)
	bz, err := running.TxConfig.TxEncoder()(tx)
	require.NoError(t, err)
	return bz
}

func mint() *types.MsgMint {
	return &types.MsgMint{
		Treasurer: testkit.Address("treasurer").String(), Community: testkit.Community, Reference: "receipt",
		Deposits: testkit.Entries(map[string]int64{"anna": 1000, "ben": 500}),
	}
}

func settle(batch types.Batch) *types.MsgSettleBatch {
	return &types.MsgSettleBatch{Submitter: testkit.Address("submitter").String(), Batch: batch, Approvals: testkit.Approve(batch, "one", "two")}
}

// Rows of blocks without transactions would otherwise grow the state, and a chain could not pause.
func TestEmptyBlocksLeaveTheAppHashUnchanged(t *testing.T) {
	running := testkit.NewApp(t)
	testkit.Block(t, running, sign(t, running, "treasurer", mint()))
	hash := running.LastCommitID().Hash
	for range 2 * testkit.Window {
		testkit.Block(t, running)
		require.Equal(t, hash, running.LastCommitID().Hash)
	}
}

func TestTransactionsAreAppliedOrRefusedWhole(t *testing.T) {
	running := testkit.NewApp(t)
	result := testkit.Block(t, running, sign(t, running, "treasurer", mint())).TxResults[0]
	require.Zero(t, result.Code, result.Log)

	poor := testkit.Batch("2016-03-26", 1, testkit.Position("anna", 501), testkit.Position("ben", -501))
	result = testkit.Block(t, running, sign(t, running, "submitter", settle(poor))).TxResults[0]
	require.Equal(t, types.ErrInsufficientEscrow.ABCICode(), result.Code, result.Log)
	require.Equal(t, types.ModuleName, result.Codespace)

	batch := testkit.Batch("2016-03-26", 1, testkit.Position("anna", 500), testkit.Position("ben", -500))
	result = testkit.Block(t, running, sign(t, running, "submitter", settle(batch))).TxResults[0]
	require.Zero(t, result.Code, result.Log)
	sum, err := running.Settlement.Recount(running.NewContext(true))
	require.NoError(t, err)
	require.EqualValues(t, 1500, sum.Int64())
}

// A transaction that comes before the first block after a restart is checked like any other.
func TestTransactionsAreAcceptedRightAfterARestart(t *testing.T) {
	db := dbm.NewMemDB()
	running := testkit.NewAppOver(t, db)
	tx := sign(t, running, "submitter", settle(testkit.Batch("2016-03-26", 1)))

	restarted := app.New(log.NewNopLogger(), db, baseapp.SetChainID(testkit.ChainID))
	checked, err := restarted.CheckTx(&abci.RequestCheckTx{Tx: tx, Type: abci.CheckTxType_New})
	require.NoError(t, err)
	require.Zero(t, checked.Code, checked.Log)
	result := testkit.Block(t, restarted, tx).TxResults[0]
	require.Zero(t, result.Code, result.Log)
}

// Two chains that see the same blocks have the same state.
func TestSameBlocksSameAppHash(t *testing.T) {
	one, two := testkit.NewApp(t), testkit.NewApp(t)
	for _, batch := range []types.Batch{
		testkit.Batch("2016-03-26", 1, testkit.Position("anna", -500), testkit.Position("ben", 500)),
		testkit.Batch("2016-03-26", 2, testkit.Position("anna", 7), testkit.Position("ben", -7)),
	} {
		if batch.Version == 1 {
			tx := sign(t, one, "treasurer", mint())
			testkit.Block(t, one, tx)
			testkit.Block(t, two, tx)
		}
		tx := sign(t, one, "submitter", settle(batch))
		testkit.Block(t, one, tx)
		testkit.Block(t, two, tx)
		require.Equal(t, one.LastCommitID().Hash, two.LastCommitID().Hash)
	}
}

func TestExportAndImportRoundTrip(t *testing.T) {
	running := testkit.NewApp(t)
	testkit.Block(t, running, sign(t, running, "treasurer", mint()))
	batch := testkit.Batch("2016-03-26", 1, testkit.Position("anna", -1000), testkit.Position("ben", 1000))
	testkit.Block(t, running, sign(t, running, "submitter", settle(batch)))
	exported, err := running.Export(nil)
	require.NoError(t, err)
	require.Len(t, exported.Validators, 1)

	copied := app.New(log.NewNopLogger(), dbm.NewMemDB(), baseapp.SetChainID(testkit.ChainID))
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(exported.AppState, &state))
	require.NoError(t, copied.Basics.ValidateGenesis(copied.Codec, copied.TxConfig, state))
	testkit.InitChain(t, copied, exported.AppState)
	again, err := copied.Export(nil)
	require.NoError(t, err)
	require.JSONEq(t, string(exported.AppState), string(again.AppState))

	// What the old chain knew, the new one knows: the receipt and the batch come as repetitions.
	for signer, msg := range map[string]sdk.Msg{"treasurer": mint(), "submitter": settle(batch)} {
		before, err := copied.Settlement.ExportGenesis(copied.NewContext(true))
		require.NoError(t, err)
		result := testkit.Block(t, copied, sign(t, copied, signer, msg)).TxResults[0]
		require.Zero(t, result.Code, result.Log)
		after, err := copied.Settlement.ExportGenesis(copied.NewContext(true))
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
}

func TestGenesisWithoutBackingIsRefused(t *testing.T) {
	running := testkit.NewApp(t)
	testkit.Block(t, running, sign(t, running, "treasurer", mint()))
	exported, err := running.Export(nil)
	require.NoError(t, err)
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(exported.AppState, &state))
	var settlement types.GenesisState
	running.Codec.MustUnmarshalJSON(state[types.ModuleName], &settlement)
	settlement.Balances[0].Balance = settlement.Balances[0].Balance.AddRaw(1)
	state[types.ModuleName] = running.Codec.MustMarshalJSON(&settlement)
	forged, err := json.Marshal(state)
	require.NoError(t, err)

	copied := app.New(log.NewNopLogger(), dbm.NewMemDB(), baseapp.SetChainID(testkit.ChainID))
	require.PanicsWithError(t, "balances say 1501, the account holds 1500: escrow balances differ from the module's balance", func() {
		testkit.InitChain(t, copied, forged)
	})
}

// Escrow is not transferable: nobody can send neur, and nobody can send anything into escrow.
func TestMoneyMovesBySettlementOnly(t *testing.T) {
	running := testkit.NewApp(t)
	neur := sdk.NewCoins(sdk.NewInt64Coin(types.Denom, 1))
	send := banktypes.NewMsgSend(testkit.Address("treasurer"), testkit.Address("submitter"), neur)
	result := testkit.Block(t, running, sign(t, running, "treasurer", send)).TxResults[0]
	require.Equal(t, banktypes.ErrSendDisabled.ABCICode(), result.Code, result.Log)
	require.True(t, running.Bank.BlockedAddr(running.Accounts.GetModuleAddress(types.ModuleName)))
}
