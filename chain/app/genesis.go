package app

import (
	"encoding/json"
	"time"

	sdkmath "cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	settlementtypes "github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// Validator makes blocks from the first one on. Operator is the account that its seat belongs to.
type Validator struct {
	Moniker  string
	Key      cryptotypes.PubKey
	Operator sdk.AccAddress
}

// Network is what a new chain starts from.
type Network struct {
	Validators []Validator
	// Accounts exist from the start and hold nothing: fees are zero, and all neur lies in escrow.
	Accounts   []sdk.AccAddress
	Settlement *settlementtypes.GenesisState
}

// Genesis writes a network as the state of every module.
func (app *App) Genesis(network Network) (json.RawMessage, error) {
	state := app.Basics.DefaultGenesis(app.Codec)
	stakingState, seats, err := bondedSeats(network.Validators)
	if err != nil {
		return nil, err
	}
	accounts := make(authtypes.GenesisAccounts, 0, len(network.Accounts)+len(network.Validators))
	seen := make(map[string]bool)
	add := func(address sdk.AccAddress) {
		if !seen[address.String()] {
			seen[address.String()] = true
			accounts = append(accounts, authtypes.NewBaseAccountWithAddress(address))
		}
	}
	for _, validator := range network.Validators {
		add(validator.Operator)
	}
	for _, address := range network.Accounts {
		add(address)
	}
	bankState := banktypes.DefaultGenesisState()
	// Money moves by x/settlement only.
	bankState.SendEnabled = []banktypes.SendEnabled{{Denom: settlementtypes.Denom, Enabled: false}}
	bankState.Balances = []banktypes.Balance{{Address: authtypes.NewModuleAddress(stakingtypes.BondedPoolName).String(), Coins: seats}}
	bankState.Supply = seats

	state[authtypes.ModuleName] = app.Codec.MustMarshalJSON(authtypes.NewGenesisState(authtypes.DefaultParams(), accounts))
	state[banktypes.ModuleName] = app.Codec.MustMarshalJSON(bankState)
	state[stakingtypes.ModuleName] = app.Codec.MustMarshalJSON(stakingState)
	state[settlementtypes.ModuleName] = app.Codec.MustMarshalJSON(network.Settlement)
	return json.MarshalIndent(state, "", " ")
}

// bondedSeats gives every validator one seat, bonded from the start; no genesis transaction has to be signed.
func bondedSeats(validators []Validator) (*stakingtypes.GenesisState, sdk.Coins, error) {
	seat := sdk.DefaultPowerReduction
	state := stakingtypes.NewGenesisState(stakingParams(), nil, nil)
	for _, v := range validators {
		key, err := codectypes.NewAnyWithValue(v.Key)
		if err != nil {
			return nil, nil, err
		}
		operator := sdk.ValAddress(v.Operator).String()
		none := sdkmath.LegacyZeroDec()
		state.Validators = append(state.Validators, stakingtypes.Validator{
			OperatorAddress: operator, ConsensusPubkey: key, Status: stakingtypes.Bonded,
			Tokens: seat, DelegatorShares: sdkmath.LegacyNewDecFromInt(seat), Description: stakingtypes.Description{Moniker: v.Moniker},
			UnbondingTime: time.Unix(0, 0).UTC(), Commission: stakingtypes.NewCommission(none, none, none), MinSelfDelegation: sdkmath.OneInt(),
		})
		state.Delegations = append(state.Delegations, stakingtypes.NewDelegation(v.Operator.String(), operator, sdkmath.LegacyNewDecFromInt(seat)))
	}
	return state, sdk.NewCoins(sdk.NewCoin(SeatDenom, seat.MulRaw(int64(len(validators))))), nil
}
