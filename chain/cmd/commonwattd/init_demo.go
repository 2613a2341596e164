package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	cometcfg "github.com/cometbft/cometbft/config"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/telemetry"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/commonwatt/commonwatt/chain/app"
)

// demo is what init-demo is told by its flags.
type demo struct {
	home, chainID, communityFile, moniker string
	rpcPort, p2pPort, grpcPort            int
	timeoutCommit                         time.Duration
}

// initDemoCommand prepares a chain of one validator on this machine: afterwards `start --home` just works.
func initDemoCommand(template *app.App) *cobra.Command {
	var d demo
	cmd := &cobra.Command{
		Use:   "init-demo",
		Short: "Write configuration and genesis of a chain with one validator on 127.0.0.1",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.home, _ = cmd.Flags().GetString(flags.FlagHome)
			return d.write(template)
		},
	}
	cmd.Flags().String(flags.FlagHome, defaultHome(), "node's home directory")
	cmd.Flags().StringVar(&d.chainID, flags.FlagChainID, "commonwatt-demo-1", "chain id, a part of every digest that approvers sign")
	cmd.Flags().StringVar(&d.communityFile, "community-file", "", "JSON file with submitters and communities")
	cmd.Flags().StringVar(&d.moniker, "moniker", "cooperative", "the validator's name")
	cmd.Flags().IntVar(&d.rpcPort, "rpc-port", 26657, "CometBFT RPC port")
	cmd.Flags().IntVar(&d.p2pPort, "p2p-port", 26656, "port for other nodes")
	cmd.Flags().IntVar(&d.grpcPort, "grpc-port", 9090, "gRPC port")
	cmd.Flags().DurationVar(&d.timeoutCommit, "timeout-commit", 500*time.Millisecond, "pause between blocks")
	_ = cmd.MarkFlagRequired("community-file")
	return cmd
}

func (d demo) write(template *app.App) error {
	file, err := readCommunityFile(d.communityFile)
	if err != nil {
		return err
	}
	state, err := file.genesis()
	if err != nil {
		return err
	}
	accounts, err := file.accounts()
	if err != nil {
		return err
	}
	config := d.comet()
	cometcfg.EnsureRoot(d.home)
	if _, err := os.Stat(config.GenesisFile()); err == nil {
		return fmt.Errorf("%s is there already: a chain is never started over its own history", config.GenesisFile())
	}
	_, key, err := genutil.InitializeNodeValidatorFiles(config)
	if err != nil {
		return err
	}
	// The seat belongs to the cooperative's first treasurer; there is no second key to look after.
	treasurer := accounts[len(file.Submitters)]
	appState, err := template.Genesis(app.Network{
		Validators: []app.Validator{{Moniker: d.moniker, Key: key, Operator: treasurer}},
		Accounts:   accounts, Settlement: state,
	})
	if err != nil {
		return err
	}
	cometcfg.WriteConfigFile(filepath.Join(d.home, "config", "config.toml"), config)
	if err := d.writeAppConfig(); err != nil {
		return err
	}
	genesis := genutiltypes.NewAppGenesisWithVersion(d.chainID, appState)
	genesis.Consensus.Params = cmttypes.DefaultConsensusParams()
	return genutil.ExportGenesisFile(genesis, config.GenesisFile())
}

func (d demo) comet() *cometcfg.Config {
	config := cometConfig()
	config.SetRoot(d.home)
	config.Moniker = d.moniker
	config.RPC.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", d.rpcPort)
	config.RPC.PprofListenAddress = ""
	config.P2P.ListenAddress = fmt.Sprintf("tcp://127.0.0.1:%d", d.p2pPort)
	// Nobody is to be found, and nobody from outside is let in.
	config.P2P.PexReactor = false
	config.P2P.AddrBookStrict = false
	config.Consensus.TimeoutCommit = d.timeoutCommit
	return config
}

func (d demo) writeAppConfig() error {
	config := appConfig()
	config.GRPC.Enable = true
	config.GRPC.Address = fmt.Sprintf("127.0.0.1:%d", d.grpcPort)
	config.API.Enable = false
	config.GRPCWeb.Enable = false
	serverconfig.WriteConfigFile(filepath.Join(d.home, "config", "app.toml"), config)
	// The node complains about a missing file, not about an empty one.
	return os.WriteFile(filepath.Join(d.home, "config", telemetry.OtelFileName), nil, 0o600)
}
