package app

import sdk "github.com/cosmos/cosmos-sdk/types"

const (
	// Name is the binary's and the application's name.
	Name = "commonwattd"
	// Bech32Prefix starts every account address.
	Bech32Prefix = "watt"
	// SeatDenom is what validators bond: one million useat is one vote. It is no money; neur is never bonded.
	SeatDenom = "useat"
)

// The SDK reads address prefixes and the bond denomination from process-wide variables.
func init() {
	config := sdk.GetConfig()
	config.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+"pub")
	config.SetBech32PrefixForValidator(Bech32Prefix+"valoper", Bech32Prefix+"valoperpub")
	config.SetBech32PrefixForConsensusNode(Bech32Prefix+"valcons", Bech32Prefix+"valconspub")
	config.Seal()
	sdk.DefaultBondDenom = SeatDenom
}
