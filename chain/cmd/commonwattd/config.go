package main

import (
	cometcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	settlementtypes "github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// appConfig is the default app.toml: no fees, because only accounts from genesis exist and members never
// send transactions themselves.
func appConfig() serverconfig.Config {
	config := *serverconfig.DefaultConfig()
	config.MinGasPrices = "0" + settlementtypes.Denom
	return config
}

// cometConfig is the default config.toml, with room for batches of 50,000 positions (28 bytes and a little
// each, and base64 around them when they are broadcast).
func cometConfig() *cometcfg.Config {
	config := cometcfg.DefaultConfig()
	config.Mempool.MaxTxBytes = 3 << 20
	config.RPC.MaxBodyBytes = 5 << 20
	return config
}
