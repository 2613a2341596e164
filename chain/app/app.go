// Package app composes the chain: accounts, bank, staking and x/settlement, and nothing that a cooperative
// does not need to run its own ledger.
package app

import (
	"encoding/json"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/grpc"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server/api"
	"github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/version"
	"github.com/cosmos/cosmos-sdk/x/auth"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/bank"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/commonwatt/commonwatt/chain/x/settlement"
	settlementkeeper "github.com/commonwatt/commonwatt/chain/x/settlement/keeper"
	settlementtypes "github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// permissions of module accounts. Only settlement may mint and burn money.
var permissions = map[string][]string{
	authtypes.FeeCollectorName:     nil,
	stakingtypes.BondedPoolName:    {authtypes.Burner, authtypes.Staking},
	stakingtypes.NotBondedPoolName: {authtypes.Burner, authtypes.Staking},
	settlementtypes.ModuleName:     {authtypes.Minter, authtypes.Burner},
}

var (
	_ servertypes.Application = (*App)(nil)

	genesisOrder = []string{
		authtypes.ModuleName, banktypes.ModuleName, stakingtypes.ModuleName,
		settlementtypes.ModuleName, genutiltypes.ModuleName, consensustypes.ModuleName,
	}
)

// App is the whole application.
type App struct {
	*baseapp.BaseApp
	Encoding

	Accounts   authkeeper.AccountKeeper
	Bank       bankkeeper.BaseKeeper
	Staking    *stakingkeeper.Keeper
	Consensus  consensuskeeper.Keeper
	Settlement settlementkeeper.Keeper

	Modules *module.Manager
	Basics  module.BasicManager

	closing sync.Once
}

// New builds the application over a database and loads its latest height.
func New(logger log.Logger, db dbm.DB, options ...func(*baseapp.BaseApp)) *App {
	encoding := newEncoding()
	app := &App{BaseApp: baseapp.NewBaseApp(Name, logger, db, encoding.TxConfig.TxDecoder(), options...), Encoding: encoding}
	app.SetVersion(version.Version)
	app.SetInterfaceRegistry(encoding.Registry)
	app.SetTxEncoder(encoding.TxConfig.TxEncoder())

	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, stakingtypes.StoreKey,
		consensustypes.StoreKey, settlementtypes.StoreKey)
	app.addKeepers(keys, logger)
	app.addModules()
	app.MountKVStores(keys)
	app.setHandlers()
	if err := app.LoadLatestVersion(); err != nil {
		panic(err)
	}
	return app
}

func (app *App) addKeepers(keys map[string]*storetypes.KVStoreKey, logger log.Logger) {
	cdc := app.Codec
	accountCodec := address.NewBech32Codec(Bech32Prefix)
	// There is no governance module. Parameters of the SDK's modules belong to an address without a key:
	// they are set at genesis and change with a coordinated upgrade.
	nobody := authtypes.NewModuleAddress("nobody").String()

	app.Consensus = consensuskeeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[consensustypes.StoreKey]), nobody, runtime.EventService{})
	app.SetParamStore(app.Consensus.ParamsStore)
	app.Accounts = authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(keys[authtypes.StoreKey]),
		authtypes.ProtoBaseAccount, permissions, accountCodec, Bech32Prefix, nobody)
	app.Bank = bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(keys[banktypes.StoreKey]), app.Accounts,
		blockedAddresses(), nobody, logger)
	app.Staking = stakingkeeper.NewKeeper(cdc, quietStore{runtime.NewKVStoreService(keys[stakingtypes.StoreKey])}, app.Accounts, app.Bank,
		nobody, address.NewBech32Codec(Bech32Prefix+"valoper"), address.NewBech32Codec(Bech32Prefix+"valcons"))
	app.Settlement = settlementkeeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[settlementtypes.StoreKey]), app.Bank,
		authtypes.NewModuleAddress(settlementtypes.ModuleName))
}

// blockedAddresses may not be sent to: escrow must equal what settlement booked.
func blockedAddresses() map[string]bool {
	blocked := make(map[string]bool, len(permissions))
	for name := range permissions {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	return blocked
}

func (app *App) addModules() {
	app.Modules = module.NewManager(
		auth.NewAppModule(app.Codec, app.Accounts, nil, nil),
		bank.NewAppModule(app.Codec, app.Bank, app.Accounts, nil),
		staking.NewAppModule(app.Codec, app.Staking, app.Accounts, app.Bank, nil),
		consensus.NewAppModule(app.Codec, app.Consensus),
		settlement.NewAppModule(app.Settlement),
		genutil.NewAppModule(app.Accounts, app.Staking, app, app.TxConfig),
	)
	app.Basics = module.NewBasicManagerFromManager(app.Modules, map[string]module.AppModuleBasic{
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
		stakingtypes.ModuleName: quietStaking{},
	})
	app.Encoding.register(app.Basics)

	app.Modules.SetOrderPreBlockers(authtypes.ModuleName)
	app.Modules.SetOrderBeginBlockers(stakingtypes.ModuleName)
	app.Modules.SetOrderEndBlockers(banktypes.ModuleName, stakingtypes.ModuleName)
	app.Modules.SetOrderInitGenesis(genesisOrder...)
	app.Modules.SetOrderExportGenesis(genesisOrder...)

	configurator := module.NewConfigurator(app.Codec, app.MsgServiceRouter(), app.GRPCQueryRouter())
	if err := app.Modules.RegisterServices(configurator); err != nil {
		panic(err)
	}
}

func (app *App) setHandlers() {
	handler, err := ante.NewAnteHandler(ante.HandlerOptions{
		AccountKeeper: app.Accounts, BankKeeper: app.Bank,
		SignModeHandler: app.TxConfig.SignModeHandler(), SigGasConsumer: ante.DefaultSigVerificationGasConsumer,
	})
	if err != nil {
		panic(err)
	}
	app.SetAnteHandler(app.knowingHeight(handler))
	app.SetInitChainer(app.initChain)
	app.SetPreBlocker(func(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
		return app.Modules.PreBlock(ctx)
	})
	app.SetBeginBlocker(func(ctx sdk.Context) (sdk.BeginBlock, error) { return app.Modules.BeginBlock(ctx) })
	app.SetEndBlocker(func(ctx sdk.Context) (sdk.EndBlock, error) { return app.Modules.EndBlock(ctx) })
}

// knowingHeight mends a gap of baseapp: between a restart and the next block it checks transactions at height 0,
// where signatures are verified as in genesis, with account number 0, and every other account is refused.
func (app *App) knowingHeight(next sdk.AnteHandler) sdk.AnteHandler {
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		if latest := app.LastBlockHeight(); ctx.BlockHeight() == 0 && latest > 0 {
			ctx = ctx.WithBlockHeight(latest)
		}
		return next(ctx, tx, simulate)
	}
}

func (app *App) initChain(ctx sdk.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, err
	}
	return app.Modules.InitGenesis(ctx, app.Codec, state)
}

// RegisterAPIRoutes adds nothing: clients use CometBFT's RPC or gRPC.
func (app *App) RegisterAPIRoutes(*api.Server, config.APIConfig) {}

// RegisterGRPCServerWithSkipCheckHeader serves queries over gRPC.
func (app *App) RegisterGRPCServerWithSkipCheckHeader(server grpc.Server, skip bool) {
	app.BaseApp.RegisterGRPCServerWithSkipCheckHeader(server, skip)
}

// RegisterTxService serves transactions by hash.
func (app *App) RegisterTxService(ctx client.Context) {
	authtx.RegisterTxService(app.GRPCQueryRouter(), ctx, app.Simulate, app.Registry)
}

// RegisterTendermintService serves blocks and node state.
func (app *App) RegisterTendermintService(ctx client.Context) {
	cmtservice.RegisterTendermintService(ctx, app.GRPCQueryRouter(), app.Registry, app.Query)
}

// RegisterNodeService serves the node's configuration.
func (app *App) RegisterNodeService(ctx client.Context, cfg config.Config) {
	nodeservice.RegisterNodeService(ctx, app.GRPCQueryRouter(), cfg, func() int64 { return app.CommitMultiStore().EarliestVersion() })
}

// Close closes the databases, once: the server asks for it twice when a node is stopped.
func (app *App) Close() (err error) {
	app.closing.Do(func() { err = app.BaseApp.Close() })
	return err
}
